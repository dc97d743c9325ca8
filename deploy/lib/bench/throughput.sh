#!/bin/bash
# MB/s of memory in the first round beside raw TCP over the same veth pair: throughput.sh [--streams N,N] [--mib N] [--times N] [--out DIR]
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
. "$deploy/lib/packages.sh"
install_packages python3 gcc libc6-dev "${HOST_PACKAGES[@]}" >&2
"$deploy/godwit" --version >/dev/null # builds where there is no build
exec python3 -B "$bench/throughput.py" "$@"
