#!/bin/bash
# how long a program that uses a processor is left without one though nobody migrates it: what no downtime can be below. Arguments: [GIB [TIMES]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
. "$deploy/lib/gaps.sh"
gib=${1:-8}
times=${2:-3}

stolen() {
    awk '$1 == "cpu" { print $9 * 10 }' /proc/stat
}

# watch NAME COMMAND...: the gaps that a program sees while the command lasts
watch() {
    local name=$1 start from before
    shift
    begin "$directory/workload" 0 "$directory/gaps"
    await_file "$directory/gaps"
    start=$(date +%s%N)
    from=$(gaps_clock)
    before=$(stolen)
    "$@"
    printf '%-34s %6d ms, %4d ms taken by the host of a virtual machine, %s\n' "$name" $((($(date +%s%N) - start) / 1000000)) \
        $(($(stolen) - before)) "$(gaps_since "$from" "$directory/gaps")"
    finish
    rm "$directory/gaps"
}

# The workload says that it has begun when it has written its memory.
touch_memory() {
    begin "$directory/workload" $((gib * 1024)) "$directory/memory"
    await_file "$directory/memory"
    finish
    rm "$directory/memory"
}

for ((i = 0; i < times; i++)); do
    watch "nothing else runs" sleep 8
    watch "another one writes $gib GiB anew" touch_memory
done
