#!/bin/bash
# how long a program beside a busy redis is left without a processor though nobody migrates them. Arguments: [SECONDS [TIMES]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
. "$deploy/lib/packages.sh"
install_packages gcc libc6-dev redis-server redis-tools >&2
seconds=${1:-10}
times=${2:-3}
directory=$(mktemp -d)
started=()
trap 'for pid in "${started[@]}"; do kill -- "-$pid" 2>/dev/null || true; done; rm -rf "$directory"' EXIT

gcc -O2 -Wall -Werror -pthread -o "$directory/workload" "$deploy/lib/bench/workload.c"

# One session, as the tree that deploy/bench downtime moves.
setsid sh -c "redis-server --unixsocket $directory/redis --port 0 --save '' --daemonize no >/dev/null &
    until redis-cli -s $directory/redis ping >/dev/null 2>&1; do sleep 0.1; done
    redis-cli -s $directory/redis debug populate 1000000 key 1000 >/dev/null
    redis-benchmark -s $directory/redis -t set -n 1000000000 -d 1000 -r 1000000 -c 4 >/dev/null &
    exec $directory/workload 0 $directory/gaps" &
started+=($!)
until [ -s "$directory/gaps" ]; do
    kill -0 "${started[0]}"
    sleep 0.1
done
sleep 3

commands() {
    redis-cli -s "$directory/redis" info stats | sed -n 's/^total_commands_processed:\([0-9]*\).*/\1/p'
}

# The gaps that begin from now on, by the clock of the program that watches.
watch() {
    local name=$1 from before
    from=$(awk '{ printf "%.0f", $1 * 1e6 }' /proc/uptime)
    before=$(commands)
    sleep "$seconds"
    printf '%-44s %7d commands a second, ' "$name" $((($(commands) - before) / seconds))
    awk -v from="$from" 'NR > 1 && $1 > from { if ($2 > longest) longest = $2; ten += $2 > 10e3; fifty += $2 > 50e3 }
        END { printf "longest gap %.1f ms, %d over 10 ms, %d over 50 ms\n", longest / 1000, ten, fifty }' "$directory/gaps"
}

# beside NAME COMMAND...: watches beside two loops that are begun by a command, each in a session of its own
beside() {
    local name=$1
    shift
    for _ in 1 2; do
        setsid "$@" sh -c 'while :; do :; done' &
        started+=($!)
    done
    watch "$name"
    for _ in 1 2; do
        kill -- "-${started[-1]}"
        wait "${started[-1]}" 2>/dev/null || true
        unset 'started[-1]'
    done
}

for ((i = 0; i < times; i++)); do
    watch "nothing else runs"
    beside "beside two loops at idle priority" chrt --idle 0
    beside "beside two loops at the usual priority" env
done
