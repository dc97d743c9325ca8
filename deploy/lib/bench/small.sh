#!/bin/bash
# downtime of a process of 1 MiB, moved between two namespace hosts: small.sh [TIMES [MIB]]
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
times=${1:-10}
mib=${2:-1}
. "$deploy/lib/hosts.sh"

work=$(mktemp -d /tmp/godwit-bench.XXXXXX)
trap 'host_stop a; host_stop b; rm -rf "$work"' EXIT
gcc -O2 -Wall -Wextra -Werror -o "$work/pause" "$bench/pause.c"
"$deploy/godwit" --version >/dev/null
hosts_tool
host_start a 1000
host_start b 20000
hosts_join "${HOST_INIT[a]}" 10.67.0.1 "${HOST_INIT[b]}" 10.67.0.2
host_background b "$work/agent.log" "$deploy/godwit" target-agent --listen 10.67.0.2 --insecure --images-dir "$work/images"
until grep -q listening "$work/agent.log"; do sleep 0.1; done
sleep 8 # an agent rehearses when it starts, and usually has run for days

for ((i = 1; i <= times; i++)); do
    pid=$(host_spawn a "$work" sh -c "exec '$work/pause' $mib '$work/gap' </dev/null >/dev/null 2>&1")
    until [ -s "$work/gap" ]; do sleep 0.1; done
    sleep 0.5
    timeout 120 nsenter -t "${HOST_INIT[a]}" -p -n -m -u -i -- "$deploy/godwit" migrate "$pid" --to 10.67.0.2 --insecure \
        --json 200>&- 201>&- >"$work/run.$i" || { tail -n 3 "$work/run.$i"; exit 1; }
    sleep 0.2
    cp "$work/gap" "$work/gap.$i"
    host_exec b kill -KILL "$pid"
    rm "$work/gap"
done

python3 - "$work" "$times" "$mib" <<'PYTHON'
import json, statistics, sys

work, times, mib = sys.argv[1], int(sys.argv[2]), sys.argv[3]
lines = [[json.loads(line) for line in open(f"{work}/run.{i}")] for i in range(1, times + 1)]
reports = [next(line["report"] for line in run if "report" in line) for run in lines]
gaps = [int(open(f"{work}/gap.{i}").read()) / 1000 for i in range(1, times + 1)]


def line(name, values):
    print(f"  {name:<28}{min(values):8.1f}{statistics.median(values):8.1f}{max(values):8.1f}")


print(f"a process of {mib} MiB moved {times} times, ms{'min':>12}{'median':>8}{'max':>8}")
line("downtime, by the report", [r["downtime_us"] / 1000 for r in reports])
line("pause, seen by the process", gaps)
names = [(s["side"], s["name"]) for s in reports[-1]["timeline"]]
for side, name in names:
    line(f"  {name} ({side})", [sum(s["took_us"] for s in r["timeline"] if (s["side"], s["name"]) == (side, name)) / 1000
                              for r in reports])
PYTHON
