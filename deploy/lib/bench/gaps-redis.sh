#!/bin/bash
# how long a program beside a busy redis is left without a processor though nobody migrates them. Arguments: [SECONDS [TIMES]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
. "$deploy/lib/gaps.sh"
install_packages redis-server redis-tools >&2
seconds=${1:-10}
times=${2:-3}

# One session, as the tree that deploy/bench downtime moves.
begin sh -c "redis-server --unixsocket $directory/redis --port 0 --save '' --daemonize no >/dev/null &
    $deploy/lib/bench/fill-redis.sh $directory/redis || exit 1
    redis-benchmark -s $directory/redis -t set -n 1000000000 -d 1000 -r 1000000 -c 4 >/dev/null &
    exec $directory/workload 0 $directory/gaps"
await_file "$directory/gaps"
sleep 3

commands() {
    redis-cli -s "$directory/redis" info stats | sed -n 's/^total_commands_processed:\([0-9]*\).*/\1/p'
}

# The gaps that begin from now on.
watch() {
    local name=$1 from before
    from=$(gaps_clock)
    before=$(commands)
    sleep "$seconds"
    printf '%-46s %7d commands a second, %s\n' "$name" $((($(commands) - before) / seconds)) "$(gaps_since "$from" "$directory/gaps")"
}

# beside NAME COMMAND...: watches beside two loops that are begun by a command, each in a session of its own
beside() {
    local name=$1
    shift
    begin "$@" sh -c 'while :; do :; done'
    begin "$@" sh -c 'while :; do :; done'
    watch "$name"
    finish
    finish
}

for ((i = 0; i < times; i++)); do
    watch "nothing else runs"
    beside "beside two loops at idle priority" chrt --idle 0
    beside "beside two loops whose session has nice +10" "$directory/at_nice" 10
    beside "beside two loops at the usual priority" env
    beside "beside two loops whose session has nice -8" "$directory/at_nice" -8
done
