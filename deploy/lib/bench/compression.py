"""Moves memory over links of several speeds, plain and compressed in each way: total time and bytes side by side."""

import argparse
import json
import os
import statistics

from hosts import Hosts

WAYS = ["off", "lz4", "zstd", "auto"]
# as the program memory.c has them
KINDS = ["store", "random"]


def move(hosts, kind, link, way, mib):
    """One migration; the time is that of the first round, which has all the memory."""
    pid = hosts.spawn_memory(kind, "small", mib)
    target_before, _ = hosts.agent_usage()
    report, cpu, _ = hosts.migrate(pid, ["--compress", way, *(["--bandwidth", link] if link != "0" else [])], lambda event: None)
    target_cpu, _ = hosts.agent_usage()
    hosts.b.kill_all(pid)
    first = report["rounds"][0]
    return {"kind": kind, "link": link, "way": way, "round_s": first["send_us"] / 1e6, "wire_mib": first["wire_bytes"] / 2**20,
            "cpu_s": cpu + target_cpu - target_before, "downtime_ms": report["downtime_us"] / 1000}


def table(runs):
    """Markdown; the median of each: seconds and MiB on the wire."""
    lines = ["| memory | link | " + " | ".join(WAYS) + " |", "|---|---|" + "---|" * len(WAYS)]
    for kind, link in dict.fromkeys((run["kind"], run["link"]) for run in runs):
        cells = []
        for way in WAYS:
            mine = [run for run in runs if (run["kind"], run["link"], run["way"]) == (kind, link, way)]
            cells.append(f"{statistics.median(run['round_s'] for run in mine):.2f} s, "
                         f"{statistics.median(run['wire_mib'] for run in mine):.0f} MiB, "
                         f"{statistics.median(run['cpu_s'] for run in mine):.1f} s CPU" if mine else "")
        lines.append(f"| {kind} | {link if link != '0' else 'all there is'} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench compression", description=__doc__)
    parser.add_argument("--mib", type=int, default=256, help="memory of the process (default: 256)")
    parser.add_argument("--links", default="100Mbit,1Gbit,0", help="what --bandwidth allows, 0 for all there is (default: %(default)s)")
    parser.add_argument("--times", type=int, default=1, help="moves of each (default: 1)")
    parser.add_argument("--out", metavar="DIR", help="write compression.json there")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    arguments = parser.parse_args()
    for kind in arguments.kinds:
        if kind not in KINDS:
            parser.error(f"there is no kind {kind}; there are {', '.join(KINDS)}")
    runs = []
    with Hosts(["memory"]) as hosts:
        hosts.start_agent()
        for _ in range(arguments.times):
            for kind in arguments.kinds or KINDS:
                for link in arguments.links.split(","):
                    for way in WAYS:
                        runs.append(move(hosts, kind, link, way, arguments.mib))
                        done = runs[-1]
                        print(f"# {kind}, {link}, {way}: {done['round_s']:.2f} s, {done['wire_mib']:.0f} MiB on the wire", flush=True)
    print(table(runs))
    if arguments.out:
        os.makedirs(arguments.out, exist_ok=True)
        with open(f"{arguments.out}/compression.json", "w", encoding="utf-8") as file:
            json.dump(runs, file, indent=1)


main()
