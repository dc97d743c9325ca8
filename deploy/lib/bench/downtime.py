"""Moves programs that watch the clock, and tells how long they stood still. Prints a table; writes figures and plots."""

import argparse
import json
import os
import statistics
import subprocess
import time

import phases
import plots
from hosts import Hosts, read, wait_for

# What docs/performance.md holds itself to, in ms; None where it depends on the link.
LIMITS = {"idle-1m": 25, "idle-16m": 25, "idle-256m": 25, "idle-1g": 25, "idle-4g": 25, "idle-8g": 25,
          "threads-64": 40, "writes": None, "w300": None, "shared": None, "tree-100": 150, "redis": 50}
WORKLOADS = {
    "idle-1m": "1 {gap}",
    "idle-16m": "16 {gap}",
    "idle-256m": "256 {gap}",
    "idle-1g": "1024 {gap}",
    "idle-4g": "4096 {gap}",
    "idle-8g": "8192 {gap}",
    "threads-64": "2048 {gap} threads 63",
    "writes": "1024 {gap} writes 100 256",
    "w300": "1024 {gap} writes 300 256",
    "shared": "1024 {gap} shared 20 256",
    "tree-100": "1 {gap} children 99",
}
# Those that work all the time, so that it can be told how much of it a migration leaves them.
WORKING = ["writes", "w300", "shared", "redis"]
# For so long a program is watched before it is moved.
QUIET_SECONDS = 3
# And for so long afterwards.
FOLLOW_SECONDS = 1
# The clock is watched by a process of the same tree, and another one asks redis every millisecond.
CLIENT = ".client"
REDIS = ("sh -c 'setpriv --pdeathsig KILL redis-server --unixsocket {private}/redis --port 0 --save \"\" --daemonize no >/dev/null & "
         f"{os.path.dirname(os.path.abspath(__file__))}/fill-redis.sh {{private}}/redis || exit 1; "
         "setpriv --pdeathsig KILL {work}/workload 0 {gap}.client client {private}/redis & "
         "setpriv --pdeathsig KILL redis-benchmark -s {private}/redis -t set -n 1000000000 -d 1000 -r 1000000 -c 4 >/dev/null & exec {work}/workload 0 {gap}'")


class Run:
    """One move of one workload."""

    def __init__(self, hosts, name):
        self.hosts = hosts
        self.name = name
        self.gap = f"{hosts.work}/gap"
        self.predictions = []
        self.redis = None
        self.answered = 0
        self.first_round = self.freezing = 0

    def figures(self):
        """The longest pause in microseconds so far and the work done so far, by the program itself."""
        numbers = read(self.gap).split()
        return tuple(map(int, numbers[:2])) if len(numbers) >= 3 else (0, 0)

    def longest(self, start, end, who="", switched=False):
        """The longest pause in ms that ended in a time of this machine's clock, and when it began; if it is a long one.
        Switched: only of those in which this machine's kernel took the processor from the program, and not the host's of a virtual machine."""
        gaps = [(int(took) / 1e6, int(began) / 1e6, off == "1") for began, took, off in map(str.split, read(self.gap + who).splitlines()[1:])]
        took, began = max(((took, began) for took, began, off in gaps if start < began + took <= end and (off or not switched)), default=(0, start))
        return took * 1000, began

    def works_at(self, host, pid):
        """Whether the moved program uses the processor: all of them do, without a pause."""
        def used():
            return host.run("cat", f"/proc/{pid}/stat", stdout=subprocess.PIPE).stdout.rsplit(")", 1)[1].split()[11:13]
        before = used()
        wait_for("work by the program at the target", lambda: used() != before, 5)

    def work(self):
        """What the program has done so far, pages or commands; None if it has ended."""
        if not self.redis:
            return self.figures()[1]
        answered = phases.commands(self.redis)
        return None if answered is None else self.answered + answered

    def follow(self, seen):
        """The program works at the target now, where redis counts anew; it is watched there for a while."""
        if self.redis:
            self.answered, self.redis = seen.samples[-1][1], phases.find(self.hosts.b, "redis-server")
        time.sleep(FOLLOW_SECONDS)

    def work_rate(self, seconds=1.0):
        """Work per second: pages written, or commands that redis answered."""
        before, start = self.work(), time.monotonic()
        time.sleep(seconds)
        return (self.work() - before) / (time.monotonic() - start)

    def start(self):
        if os.path.exists(self.gap):
            os.remove(self.gap)
        work = self.hosts.work
        script = REDIS if self.name == "redis" else f"{work}/workload " + WORKLOADS[self.name]
        pid = self.hosts.a.spawn(work, script.format(gap=self.gap, work=work, private=self.hosts.private))
        wait_for(f"the start of {self.name}", lambda: self.figures()[0] > 0, 120)
        time.sleep(QUIET_SECONDS)
        self.redis = phases.find(self.hosts.a, "redis-server") if self.name == "redis" else None
        return pid

    def watch(self, event, seen):
        seen.event(event)
        if event["event"] == "freezing":
            self.freezing = time.monotonic()
        if event["event"] == "round_started" and event["round"] == 0:
            self.first_round = time.monotonic()
        if event["event"] == "round_finished":
            self.predictions.append(event["prediction"])

    def once(self, options):
        self.hosts.await_source_agent()
        pid = self.start()
        before = self.work_rate() if self.name in WORKING else 0
        agent_cpu, _ = self.hosts.agent_usage()
        launched = time.monotonic()
        with phases.Phases(self.hosts, self.work) as seen:
            report, cpu, peak = self.hosts.migrate(pid, options, lambda event: self.watch(event, seen))
            ended = time.monotonic()
            if before:
                self.follow(seen)
        rows = seen.table(before)
        self.works_at(self.hosts.b, pid)
        pause, began = self.longest(launched, ended)
        in_rounds, in_rounds_began = self.longest(self.first_round, self.freezing)
        target_cpu, target_peak = self.hosts.agent_usage()
        self.hosts.b.kill_all(pid)
        return {
            "workload": self.name, "pause_ms": pause, "pause_after_freezing_ms": (began - self.freezing) * 1000,
            "own_pause_ms": self.longest(launched, ended, switched=True)[0],
            "quiet_pause_ms": self.longest(launched - QUIET_SECONDS, launched)[0],
            "client_pause_ms": self.longest(launched, ended, CLIENT)[0] if self.redis else None,
            "rounds_pause_ms": in_rounds, "rounds_pause_phase": seen.phase(in_rounds_began),
            "rounds_pause_before_freeze_ms": (self.freezing - in_rounds_began) * 1000,
            "freeze_pause_ms": self.longest(self.freezing, ended)[0],
            "downtime_ms": report["downtime_us"] / 1000,
            "predicted_ms": report["predicted_downtime_us"] / 1000, "total_ms": report["total_us"] / 1000,
            "rounds": len(report["rounds"]), "memory_bytes": report["traffic"]["memory_bytes"],
            "wire_bytes": report["traffic"]["wire_bytes"], "last_pages": report["frozen_round"]["pages_sent"],
            "kept": phases.kept(rows), "phases": rows, "series": seen.series(before), "marks": seen.marks(),
            "source_cpu_s": cpu, "source_peak_mib": peak, "target_cpu_s": target_cpu - agent_cpu,
            "target_peak_mib": target_peak, "stop": report["stop_reason"], "timeline": report["timeline"],
            "predictions": self.predictions, "round_list": report["rounds"] + [report["frozen_round"]],
        }


def spread(times):
    """The least, the median and the most of some times."""
    return f"{min(times):.1f} / {statistics.median(times):.1f} / {max(times):.1f}"


def table(runs):
    """Markdown; times in ms, the median where several runs were made."""
    lines = ["| workload | pause seen by the program: min / median / max | at most | without those of the machine's host | longest before, in the rounds, in the freeze "
             "| downtime, predicted | total | rounds | memory | on the wire | work kept | CPU s, source + target | MiB, source + target |", "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for name in dict.fromkeys(run["workload"] for run in runs):
        mine = [run for run in runs if run["workload"] == name]
        pauses, own = ([run[key] for run in mine] for key in ("pause_ms", "own_pause_ms"))

        def median(key):
            return statistics.median(run[key] for run in mine)

        limit = LIMITS[name]
        held = "" if limit is None else f"{limit} " + ("ok" if statistics.median(pauses) <= limit else "**over**")
        kept = [run["kept"] for run in mine if run["kept"] is not None]
        lines.append(
            f"| {name} | {spread(pauses)} | {held} | {spread(own)} "
            f"| {median('quiet_pause_ms'):.1f}, {median('rounds_pause_ms'):.1f}, {median('freeze_pause_ms'):.1f} "
            f"| {median('downtime_ms'):.1f}, {median('predicted_ms'):.1f} | {median('total_ms'):.0f} | {median('rounds'):.0f} "
            f"| {median('memory_bytes') / 2**20:.0f} MiB | {median('wire_bytes') / 2**20:.0f} MiB "
            f"| {'' if not kept else f'{statistics.median(kept):.0%}'} | {median('source_cpu_s'):.1f} + {median('target_cpu_s'):.1f} "
            f"| {median('source_peak_mib'):.0f} + {median('target_peak_mib'):.0f} |")
    return "\n".join(lines) + clients(runs)


def clients(runs):
    """What a client that asks redis every millisecond had to wait at most."""
    waits = [run["client_pause_ms"] for run in runs if run["client_pause_ms"]]
    return "" if not waits else (f"\n\nredis: a client's longest wait {spread(waits)} ms\n")


def phase_table(runs):
    """Markdown: medians over the runs of each workload that works."""
    lines = ["| workload | phase | ms | work kept | CPU of the agents while it lasted, source + target |", "|---|---|---|---|---|"]
    for name in [name for name in WORKING if any(run["workload"] == name for run in runs)]:
        rows = [row for run in runs if run["workload"] == name for row in run["phases"]]
        for phase in [phase for phase in phases.PHASES if any(row["phase"] == phase for row in rows)]:
            ms, kept, source, target = (statistics.median(row[key] for row in rows if row["phase"] == phase)
                                        for key in ("ms", "kept", "source_cpu_ms", "target_cpu_ms"))
            lines.append(f"| {name} | {phase} | {ms:.0f} | {kept:.0%} | {source / ms:.0%} + {target / ms:.0%} |")
    return "\n".join(lines) if len(lines) > 2 else ""


def keep(runs, directory, order):
    """Puts the runs in place of earlier ones of the same workloads, so that they need not all be made at once."""
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/downtime.json"
    done = {run["workload"] for run in runs}
    earlier = [run for run in json.loads(read(path) or "[]") if run["workload"] not in done]
    everything = sorted(earlier + runs, key=lambda run: order.index(run["workload"]))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(everything, file, indent=1)
    plots.write(everything, directory)


def main():
    names = [*WORKLOADS, "redis"]
    parser = argparse.ArgumentParser(prog="deploy/bench downtime", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="moves of each workload (default: 3)")
    parser.add_argument("--out", metavar="DIR", help="write downtime.json and the plots there; runs of other workloads that are there stay")
    parser.add_argument("--steps", action="store_true", help="print the rounds and the frozen path of each move too")
    parser.add_argument("--target-nice", type=int, default=0, metavar="N", help="let the target's agent, which on another host would "
                        "take nothing from the program, stand back: the nice value of its session (default: 0)")
    parser.add_argument("--cold", action="store_true", help="with no source agent, so that each migration is prepared for when it is asked for")
    parser.add_argument("--migrate", metavar="OPTIONS", default="", help="passed on to godwit migrate")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(names))
    arguments = parser.parse_args()
    for name in arguments.workloads:
        if name not in names:
            parser.error(f"there is no workload {name}; there are {', '.join(names)}")
    runs = []
    with Hosts(["workload"]) as hosts:
        hosts.start_agent()
        if not arguments.cold:
            hosts.start_source_agent()
        if arguments.target_nice:
            hosts.make_target_yield(arguments.target_nice)
        for name in arguments.workloads or names:
            for _ in range(arguments.times):
                runs.append(Run(hosts, name).once(arguments.migrate.split()))
                done = runs[-1]
                print(f"# {name}: pause {done['pause_ms']:.1f} ms ({done['own_pause_ms']:.1f} without those of the machine's host), it began {done['pause_after_freezing_ms']:.1f} ms after the decision to "
                      f"freeze, downtime {done['downtime_ms']:.1f} ms"
                      + (f", a client waited {done['client_pause_ms']:.1f} ms" if done["client_pause_ms"] else ""), flush=True)
                if arguments.steps:
                    for rnd, told in zip(done["round_list"], done["predictions"] + [None]):
                        print(f"#   round {rnd['round']:<4}{rnd['pages_sent']:10} pages{rnd['wire_bytes'] / 2**20:10.1f} MiB sent"
                              f"{rnd['send_us'] / 1000:10.1f} ms{rnd['dirty_pages_per_second']:10.0f} pages/s dirty, {rnd['wait_us']/1000} waited, {rnd.get('pages_left')} left"
                              + (f", {told['downtime_us'] / 1000:.1f} ms predicted, {told['fixed_us'] / 1000:.1f} of them fixed" if told else ""))
                    print(f"#   longest in the rounds: {done['rounds_pause_ms']:.1f} ms, it began {done['rounds_pause_before_freeze_ms']:.0f} ms before "
                          f"the freeze, {done['rounds_pause_phase']}")
                    for row in done["phases"]:
                        print(f"#   {row['phase']}: {row['ms']:.0f} ms, " + (f"{row['kept']:.0%} kept, " if row["kept"] is not None else "")
                              + f"CPU {row['source_cpu_ms']:.0f} + {row['target_cpu_ms']:.0f} ms")
                    for step in done["timeline"]:
                        print(f"#   {step['side']:<7}{step['name']:<24}{step['start_us'] / 1000:8.1f}{step['took_us'] / 1000:8.1f}")
    print(table(runs))
    print(phase_table(runs))
    if arguments.out:
        keep(runs, arguments.out, names)


main()
