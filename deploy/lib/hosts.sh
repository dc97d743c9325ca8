#!/bin/bash
# Hosts on this machine, each a set of namespaces (see host.c), joined by a veth pair. Sourced by the demo and the
# benchmark; the e2e tests run it:
#   hosts.sh tool                                prints the path of the host tool, built when needed
#   hosts.sh join PID ADDRESS PID ADDRESS        joins two hosts (by the pids of their inits) through eth0 in each

HOSTS_LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
HOSTS_TOOL=$HOSTS_LIB/../target/host
declare -A HOST_INIT=() HOST_FD=()
HOSTS_STARTED=0

hosts_tool() {
    if [ ! -x "$HOSTS_TOOL" ] || [ "$HOSTS_LIB/host.c" -nt "$HOSTS_TOOL" ]; then
        mkdir -p "$HOSTS_LIB/../target"
        gcc -std=gnu11 -O1 -Wall -Wextra -Werror -o "$HOSTS_TOOL.$$" "$HOSTS_LIB/host.c" &&
            mv "$HOSTS_TOOL.$$" "$HOSTS_TOOL"
    fi
}

# host_start NAME LAST_PID: makes the host; HOST_INIT[NAME] is the pid of its init. It ends with this shell.
host_start() {
    local name=$1 directory fd
    directory=$(mktemp -d)
    mkfifo "$directory/stdin" "$directory/stdout"
    "$HOSTS_TOOL" run "$name" "$2" <"$directory/stdin" >"$directory/stdout" &
    fd=$((200 + HOSTS_STARTED++))
    eval "exec $fd>\"\$directory/stdin\""
    HOST_FD[$name]=$fd
    read -r HOST_INIT[$name] <"$directory/stdout"
    rm -r "$directory"
}

# host_exec NAME COMMAND...: runs it inside. It must not inherit what keeps the hosts alive.
host_exec() {
    local name=$1
    shift
    nsenter -t "${HOST_INIT[$name]}" -p -n -m -u -i -- "$@" 200>&- 201>&- 202>&- 203>&-
}

# host_background NAME OUTPUT COMMAND...: the same in the background, in a session of its own, as on another host; in a script $! is its pid.
host_background() {
    local name=$1 output=$2
    shift 2
    (
        exec 200>&- 201>&- 202>&- 203>&-
        exec setsid -w nsenter -t "${HOST_INIT[$name]}" -p -n -m -u -i -- "$@"
    ) >"$output" 2>&1 &
}

# host_spawn NAME DIR COMMAND...: starts a tree that belongs to the host's init; prints the pid it has there.
host_spawn() {
    local name=$1
    shift
    host_exec "$name" "$HOSTS_TOOL" spawn "$@"
}

# host_stop NAME: ends all that runs there.
host_stop() {
    local fd=${HOST_FD[$1]:-}
    [ -n "$fd" ] || return 0
    eval "exec $fd>&-"
    kill -KILL "${HOST_INIT[$1]}" 2>/dev/null
    unset "HOST_FD[$1]" "HOST_INIT[$1]"
}

# hosts_join PID ADDRESS PID ADDRESS
hosts_join() {
    ip link add eth0 netns "$1" type veth peer name eth0 netns "$3" &&
        host_address "$1" "$2" && host_address "$3" "$4"
}

host_address() {
    nsenter -t "$1" -n ip address add "$2/24" dev eth0 && nsenter -t "$1" -n ip link set eth0 up
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    hosts_tool
    case "${1:-}" in
    tool) readlink -f "$HOSTS_TOOL" ;;
    join) shift && hosts_join "$@" ;;
    *) echo "usage: hosts.sh tool | hosts.sh join PID ADDRESS PID ADDRESS" >&2 && exit 2 ;;
    esac
fi
