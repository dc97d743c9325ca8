#!/bin/bash
# how long `image show` takes for 10,000 entries, beside crit [TIMES]
set -euo pipefail

deploy=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
times=${1:-5}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

python3 "$deploy/lib/bench/images.py" descriptors "$dir/fdinfo-1.img" 10000
python3 "$deploy/lib/bench/images.py" files "$dir/files.img" 10000

# seconds NAME COMMAND...: the times of all runs, and the median
seconds() {
    local name=$1 i start
    shift
    for ((i = 0; i < times; i++)); do
        start=$(date +%s%N)
        "$@" >"$dir/out"
        echo $((($(date +%s%N) - start) / 1000000))
    done | sort -n >"$dir/times"
    awk -v name="$name" -v lines="$(wc -l <"$dir/out")" \
        '{ all[NR] = $1 } END { printf "%-38s min %5d  median %5d  max %5d ms, %d lines\n", name, all[1], all[int((NR + 1) / 2)], all[NR], lines }' \
        "$dir/times"
}

for image in fdinfo-1.img files.img; do
    seconds "godwit image show $image" "$deploy/godwit" image show "$dir/$image"
    seconds "godwit image show --json $image" "$deploy/godwit" image show --json "$dir/$image"
    if command -v crit >/dev/null; then
        seconds "crit show $image" crit show "$dir/$image"
    fi
done
