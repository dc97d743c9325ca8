#!/bin/bash
# downtime of idle, many-threaded, writing and forked programs and of redis: downtime.sh [--times N] [--out DIR] [WORKLOAD...]
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
. "$deploy/lib/packages.sh"
install_packages python3 gcc libc6-dev "${HOST_PACKAGES[@]}" "${DEMO_PACKAGES[@]}" >&2
"$deploy/godwit" --version >/dev/null # builds where there is no build
exec python3 -B "$bench/downtime.py" "$@"
