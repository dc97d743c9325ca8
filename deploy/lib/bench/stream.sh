#!/bin/bash
# MB/s of the page stream between two JVMs beside plain TCP, and their memory. Arguments: [MIB [DIRECTORY]]
set -euo pipefail

deploy=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
checkout=$(dirname "$deploy")
mib=${1:-4096}
parent=${2:-/dev/shm}

. "$deploy/lib/java.sh"

classes=$checkout/page-server/target/test-classes
[ -e "$classes/io/godwit/page/StreamBench.class" ] && [ -d "$deploy/target/lib" ] ||
    (cd "$checkout" && mvn -B -q -DskipTests -pl deploy -am package) || fail "the build failed"

directory=$(mktemp -d "$parent/godwit-bench.XXXXXX")
trap 'rm -rf "$directory"' EXIT
# shellcheck disable=SC2206 # several flags in one variable is the custom of JVM launchers
JAVA_FLAGS+=(${GODWIT_JAVA_OPTS:-})
find_java
"$JAVA" "${JAVA_FLAGS[@]}" -cp "$classes:$checkout/page-server/target/classes:$deploy/target/lib/*" \
    io.godwit.page.StreamBench "$directory" "$mib"
