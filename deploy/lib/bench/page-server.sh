#!/bin/bash
# GB/s that a page server takes of CRIU's protocol from one loopback connection. Arguments: [MIB [DIRECTORY]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
mib=${1:-2048}
directory=$(mktemp -d "${2:-/dev/shm}/godwit-bench.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT

gcc -O2 -Wall -Werror -o "$directory/sender" "$deploy/lib/bench/page_sender.c"
mkdir "$directory/images"
"$deploy/godwit" page-server --serve-forever -D "$directory/images" --address 127.0.0.1 >"$directory/out" 2>"$directory/log" &
server=$!
until grep -q listening "$directory/out"; do
    kill -0 "$server" || { cat "$directory/log" >&2; exit 1; }
    sleep 0.1
done
port=$(sed -n 's/^listening on .*://p' "$directory/out")

# memory that the host of a virtual machine has yet to give to it would be measured with the first lines
head -c "${mib}M" /dev/zero >"$directory/images/touched"
rm "$directory/images/touched"

echo "$mib MiB at a time to $directory; the first lines are from a JVM that has just started"
for pages in 256 256 256 64 64 16 16 1 1; do
    "$directory/sender" "$port" "$server" "$mib" "$pages"
    rm -rf "$directory"/images/*
done
