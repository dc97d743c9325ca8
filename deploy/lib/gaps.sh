# How long a program that watches the clock is left without a processor (workload.c), beside others. To be sourced by a benchmark.

. "$deploy/lib/packages.sh"
install_packages gcc libc6-dev >&2
directory=$(mktemp -d)
started=()
trap 'for pid in "${started[@]}"; do kill -- "-$pid" 2>/dev/null || true; done; rm -rf "$directory"' EXIT
gcc -O2 -Wall -Werror -pthread -o "$directory/workload" "$deploy/lib/bench/workload.c"

# A command that becomes another one, in whose session is then a nice value: NICE COMMAND...
cat >"$directory/at_nice" <<'EOS'
#!/bin/sh
echo "$1" >/proc/self/autogroup
shift
exec "$@"
EOS
chmod +x "$directory/at_nice"

# begin COMMAND...: in a session of its own
begin() {
    setsid "$@" &
    started+=($!)
}

# finish: ends the one that was begun last
finish() {
    kill -- "-${started[-1]}"
    wait "${started[-1]}" 2>/dev/null || true
    unset 'started[-1]'
}

# await_file FILE: until the program that was begun last has written something into it
await_file() {
    until [ -s "$1" ]; do
        kill -0 "${started[-1]}"
        sleep 0.1
    done
}

# The time by the clock of the program that watches.
gaps_clock() {
    awk '{ printf "%.0f", $1 * 1e6 }' /proc/uptime
}

# gaps_since TIME FILE: what the program wrote from then on, in words
gaps_since() {
    awk -v from="$1" 'NR > 1 && $1 > from { if ($2 > longest) longest = $2; if ($3 && $2 > own) own = $2; ten += $2 > 10e3; more += $2 > 25e3; most += $2 > 50e3 }
        END { printf "longest gap %.1f ms (%.1f in which the kernel had taken the processor), %d over 10 ms, %d over 25 ms, %d over 50 ms\n", longest / 1000, own / 1000, ten, more, most }' "$2"
}
