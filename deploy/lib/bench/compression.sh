#!/bin/bash
# time and bytes of a migration over links of several speeds, by how pages are compressed: compression.sh [--mib N] [--links RATE,RATE] [--out DIR]
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
. "$deploy/lib/packages.sh"
install_packages python3 gcc libc6-dev "${HOST_PACKAGES[@]}" >&2
"$deploy/godwit" --version >/dev/null # builds where there is no build
exec python3 -B "$bench/compression.py" "$@"
