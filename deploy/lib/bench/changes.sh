#!/bin/bash
# how much changes in the pages of redis and of a program that writes: bytes changed in each, and sizes as a whole and as differences
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
. "$deploy/lib/packages.sh"
install_packages gcc libc6-dev liblz4-1 "${DEMO_PACKAGES[@]}" >&2
dir=$(mktemp -d /dev/shm/godwit-changes-XXXXXX)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; rm -rf "$dir"' EXIT
gcc -O2 -Wall -Wextra -Werror -pthread -o "$dir/workload" "$bench/workload.c"
gcc -O2 -Wall -Wextra -Werror -o "$dir/changes" "$bench/changes.c" -l:liblz4.so.1

redis-server --unixsocket "$dir/redis" --port 0 --save "" >/dev/null &
started+=($!)
"$bench/fill-redis.sh" "$dir/redis"
redis-benchmark -s "$dir/redis" -t set -n 1000000000 -d 1000 -r 1000000 -c 4 >/dev/null &
started+=($!)
"$dir/workload" 512 "$dir/gap" writes 100 256 &
started+=($!)
sleep 5
for millis in 50 1000; do
    echo "redis with redis-benchmark -t set, $millis ms apart:"
    "$dir/changes" "${started[0]}" "$millis" 256 3
done
echo "a program that writes a word into 25,000 pages a second, 50 ms apart:"
"$dir/changes" "${started[2]}" 50 256 3
