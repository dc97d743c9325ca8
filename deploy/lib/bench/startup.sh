#!/bin/bash
# ms from the start of a command to what it was started for: version, check, freeze of a dump, answer of swrk [TIMES]
set -euo pipefail

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
deploy=$(dirname "$(dirname "$bench")")
. "$deploy/lib/packages.sh"
install_packages python3 >&2
"$deploy/godwit" --version >/dev/null # builds where there is no build
exec python3 -B "$bench/startup.py" "$@"
