#!/bin/bash
# how long a program that uses a processor is left without one though nobody migrates it: what no downtime can be below. Arguments: [GIB [TIMES]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
. "$deploy/lib/packages.sh"
install_packages gcc libc6-dev >&2
gib=${1:-8}
times=${2:-3}
directory=$(mktemp -d)
started=()
trap 'for pid in "${started[@]}"; do kill -- "-$pid" 2>/dev/null || true; done; rm -rf "$directory"' EXIT

gcc -O2 -Wall -Werror -pthread -o "$directory/workload" "$deploy/lib/bench/workload.c"

stolen() {
    awk '$1 == "cpu" { print $9 * 10 }' /proc/stat
}

begin() {
    setsid "$directory/workload" "$@" &
    started+=($!)
}

finish() {
    kill -- "-${started[-1]}"
    wait "${started[-1]}" 2>/dev/null || true
    unset 'started[-1]'
}

# watch NAME COMMAND...: the gaps that a program sees while the command lasts
watch() {
    local name=$1 start from before
    shift
    begin 0 "$directory/gaps"
    until [ -s "$directory/gaps" ]; do sleep 0.1; done
    start=$(date +%s%N)
    from=$(awk '{ printf "%.0f", $1 * 1e6 }' /proc/uptime)
    before=$(stolen)
    "$@"
    printf '%-34s %6d ms  longest gap %5.1f ms, %3d over 10 ms, %3d over 25 ms; taken by the host of a virtual machine: %d ms\n' "$name" \
        $((($(date +%s%N) - start) / 1000000)) \
        $(awk -v from="$from" 'NR > 1 && $1 > from { if ($2 > longest) longest = $2; ten += $2 > 10e3; more += $2 > 25e3 }
            END { print longest / 1000, ten + 0, more + 0 }' "$directory/gaps") $(($(stolen) - before))
    finish
    rm "$directory/gaps"
}

# The workload says that it has begun when it has written its memory.
touch_memory() {
    begin $((gib * 1024)) "$directory/memory"
    until [ -s "$directory/memory" ]; do sleep 0.1; done
    finish
    rm "$directory/memory"
}

for ((i = 0; i < times; i++)); do
    watch "nothing else runs" sleep 8
    watch "another one writes $gib GiB anew" touch_memory
done
