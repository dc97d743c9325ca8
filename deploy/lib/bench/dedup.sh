#!/bin/bash
# how fast `dedup` frees what a newer dump has replaced: MB of pages in the pagemaps per second [MIB]
set -euo pipefail

deploy=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
mib=${1:-1024}

for base in ${GODWIT_BENCH_DIRS:-/dev/shm /var/tmp}; do
    for every in 1 2 16; do
        dir=$(mktemp -d "$base/godwit-dedup-XXXXXX")
        trap 'rm -rf "$dir"' EXIT
        python3 "$deploy/lib/bench/images.py" chain "$dir" 2 "$mib" "$every"
        sync -f "$dir"
        before=$(du -sk "$dir/0" | cut -f1)
        start=$(date +%s%N)
        "$deploy/godwit" dedup -D "$dir/1" >/dev/null
        nanos=$(($(date +%s%N) - start))
        after=$(du -sk "$dir/0" | cut -f1)
        awk -v fs="$(stat -f -c %T "$dir")" -v every=$every -v mib="$mib" -v nanos=$nanos -v freed=$(((before - after) / 1024)) \
            'BEGIN { printf "%-10s every %2d. page new: %5d MiB of pages in %6.0f ms with the start of Java, %6.0f MB/s; %d MiB freed\n",
                fs, every, mib, nanos / 1e6, mib * 1.048576 / (nanos / 1e9), freed }'
        rm -rf "$dir"
    done
done
