"""Moves memory between two hosts and sends as many bytes by plain TCP: MB/s side by side. Prints a table; writes figures and a plot."""

import argparse
import json
import os
import statistics
import subprocess

import plots
from hosts import SOURCE, TARGET, Hosts, cpu_seconds, program

PORT = 7007
MB = 1e6
# what the agents and the kernel take beside the memory that is moved
SPARE_MIB = 256
# see tcp.c: what the sender does and what its receiver does
BARE = {"bare": ("read", "give"), "bare-near": ("read-near", "give-near"), "bare-two": ("read-two", "give"), "bare-sum": ("read-sum", "give-sum")}
# as the program memory.c has them: contents, pages
KINDS = {"random": ("random", "small"), "random-huge": ("random", "huge"), "store": ("store", "small")}


class Held:
    """Memory that the machine has from its host, for the target: see hold.c."""

    def __init__(self, tool, mib):
        self.holder = subprocess.Popen([tool, str(mib)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "held\n":
            raise SystemExit(f"there are no {mib} MiB of memory for the target")

    def give(self):
        """From now on, as much as is taken."""
        self.holder.stdin.write("give\n")
        self.holder.stdin.flush()

    def close(self):
        self.holder.communicate()


def by_tcp(hosts, kind, streams, mib):
    """From host to host by a small program: raw, plain TCP; bare, of memory, with little but what a move can not do without."""
    tool = f"{hosts.work}/tcp"
    source, target = {"raw": ("send", "receive"), **BARE}[kind]
    rest = (TARGET, str(PORT), str(streams), str(mib))
    receiver = subprocess.Popen(hosts.b.inside(tool, target, *rest), stdout=subprocess.PIPE, text=True)
    receiver.stdout.readline()
    sent = hosts.a.run(tool, source, *rest, stdout=subprocess.PIPE).stdout.split()
    received = receiver.stdout.readline().split()
    receiver.wait()
    return {"kind": kind, "streams": streams, "mb_per_s": (mib << 20) / float(received[0]) / MB, "wire_ratio": 1,
            "source_cpu_s_per_gb": float(sent[1]) / (mib << 20) * 1e9, "target_cpu_s_per_gb": float(received[1]) / (mib << 20) * 1e9}


class Move:
    """One migration, of which the first round is looked at."""

    def __init__(self, hosts, kind, streams, mib):
        self.hosts, self.kind, self.streams, self.mib = hosts, kind, streams, mib
        self.cpu = {}
        self.held = None

    def watch(self, event):
        if event["event"] == "round_started" and event["round"] == 0:
            self.held.give()
            self.cpu["start"] = (cpu_seconds(self.hosts.migrating()), cpu_seconds(program(self.hosts.agent)))
        if event["event"] == "round_finished" and event["stats"]["round"] == 0:
            self.cpu["end"] = (cpu_seconds(self.hosts.migrating()), cpu_seconds(program(self.hosts.agent)))

    def once(self, options):
        pid = self.hosts.spawn_memory(*KINDS[self.kind], self.mib)
        self.held = Held(f"{self.hosts.work}/hold", self.mib + SPARE_MIB)
        report, _, peak = self.hosts.migrate(pid, [*self.options(), *options], self.watch)
        self.held.close()
        _, target_peak = self.hosts.agent_usage()
        self.hosts.b.kill_all(pid)
        first = report["rounds"][0]
        gb = first["memory_bytes"] / 1e9
        return {
            "kind": self.kind, "streams": self.streams, "mb_per_s": gb * 1000 / (first["send_us"] / 1e6),
            "wire_ratio": first["wire_bytes"] / first["memory_bytes"],
            "source_cpu_s_per_gb": (self.cpu["end"][0] - self.cpu["start"][0]) / gb,
            "target_cpu_s_per_gb": (self.cpu["end"][1] - self.cpu["start"][1]) / gb,
            "source_peak_mib": peak, "target_peak_mib": target_peak, "downtime_ms": report["downtime_us"] / 1000,
        }

    def options(self):
        return ["--streams", str(self.streams)]


def table(runs):
    """Markdown; the median of each."""
    lines = ["| | streams | MB/s: min / median / max | of raw TCP | on the wire | CPU s per GB, source + target |", "|---|---|---|---|---|---|"]
    median_raw = {}
    for key in dict.fromkeys((run["kind"], run["streams"]) for run in runs):
        mine = [run for run in runs if (run["kind"], run["streams"]) == key]
        rates = [run["mb_per_s"] for run in mine]
        if key[0] == "raw":
            median_raw[key[1]] = statistics.median(rates)
        beside = median_raw.get(key[1])

        def median(name, mine=mine):
            return statistics.median(run[name] for run in mine)

        lines.append(
            f"| {key[0]} | {key[1]} | {min(rates):.0f} / {statistics.median(rates):.0f} / {max(rates):.0f} "
            f"| {f'{statistics.median(rates) / beside:.0%}' if beside else ''} | {median('wire_ratio'):.0%} "
            f"| {median('source_cpu_s_per_gb'):.2f} + {median('target_cpu_s_per_gb'):.2f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench throughput", description=__doc__)
    parser.add_argument("--streams", default="1", help="numbers of connections (default: 1)")
    parser.add_argument("--mib", type=int, default=1024, help="memory of the process (default: 1024)")
    parser.add_argument("--times", type=int, default=3, help="moves of each kind (default: 3)")
    parser.add_argument("--bounds", action="store_true",
                        help="more bare programs: little on its way (near), two threads at the source (two), checksums (sum)")
    parser.add_argument("--out", metavar="DIR", help="write throughput.json and the plot there")
    parser.add_argument("--migrate", metavar="OPTIONS", default="", help="passed on to godwit migrate")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    arguments = parser.parse_args()
    for kind in arguments.kinds:
        if kind not in KINDS:
            parser.error(f"there is no kind {kind}; there are {', '.join(KINDS)}")
    runs = []
    with Hosts(["hold", "memory", "tcp"]) as hosts:
        hosts.start_agent()
        for _ in range(arguments.times):
            for streams in map(int, arguments.streams.split(",")):
                runs.append(by_tcp(hosts, "raw", streams, 4 * arguments.mib))
                for kind in BARE if arguments.bounds else ["bare"]:
                    runs.append(by_tcp(hosts, kind, streams, arguments.mib))
                for kind in arguments.kinds or ([] if arguments.bounds else KINDS):
                    runs.append(Move(hosts, kind, streams, arguments.mib).once(arguments.migrate.split()))
                    print(f"# {kind}, {streams} streams: {runs[-1]['mb_per_s']:.0f} MB/s", flush=True)
    runs.sort(key=lambda run: (["raw", *BARE, *KINDS].index(run["kind"]), run["streams"]))
    print(table(runs))
    if arguments.out:
        os.makedirs(arguments.out, exist_ok=True)
        with open(f"{arguments.out}/throughput.json", "w", encoding="utf-8") as file:
            json.dump(runs, file, indent=1)
        plots.throughput(runs, f"{arguments.out}/throughput.svg")


main()
