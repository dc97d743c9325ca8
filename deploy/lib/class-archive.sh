#!/bin/bash
# Makes deploy/target/godwit.jsa, the class data sharing archive: classes come from it ready parsed and verified, so that
# a command starts sooner and a class that is first needed in a freeze costs next to nothing; and deploy/target/jni. Run by the build,
# last.
# Without it, with another Java, or elsewhere than it was made everything works, only slower.
set -euo pipefail

deploy=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
. "$deploy/lib/java.sh"
find_java
class_path "$deploy"
list=$deploy/target/classes.lst
archive=$deploy/target/godwit.jsa
rm -f "$archive" "$list"

# The library of jffi, which would unpack it at each start.
(cd "$deploy/target" && "$(dirname "$JAVA")/jar" xf lib/jffi-*-native.jar "jni/$(uname -m)-Linux") ||
    echo "class-archive: the library of jffi was not unpacked; each command will do that when it starts" >&2
JAVA_FLAGS+=(-Djffi.boot.library.path="$deploy/target/jni")

# What a migration loads on both sides, of the libraries too; without the rights for one, what can be had.
timeout 180 "$JAVA" "${JAVA_FLAGS[@]}" -Xshare:off -XX:DumpLoadedClassList="$list" -cp "$CLASS_PATH" io.godwit.cli.Training ||
    echo "class-archive: the training did not come to its end; the archive has fewer classes" >&2
# All of our own, since a tree may have what the training had not, and their lambda expressions; generated code has none.
own=$deploy/target/own-classes
for jar in "$deploy"/target/deploy-*.jar "$deploy"/target/lib/{image-format,native,page-server,source-agent,target-agent}-*.jar; do
    "$(dirname "$JAVA")/jar" tf "$jar" | sed -n 's/\.class$//p'
done >"$own"
grep -v /proto/ "$own" | xargs "$(dirname "$JAVA")/javap" -p -v -cp "$CLASS_PATH" | awk -f "$deploy/lib/lambda-proxies.awk" >>"$list" ||
    echo "class-archive: not all lambda expressions were found; those that the training did not run are slow the first time" >&2
cat "$own" >>"$list"
sort -u -o "$list" "$list"
timeout 180 "$JAVA" "${JAVA_FLAGS[@]}" -Xshare:dump -XX:SharedClassListFile="$list" -XX:SharedArchiveFile="$archive" -cp "$CLASS_PATH" \
    >"$deploy/target/class-archive.log" 2>&1 || {
    echo "class-archive: no archive could be made; see $deploy/target/class-archive.log" >&2
    rm -f "$archive"
}
archive_stamp "$deploy"
printf %s "$STAMP" >"$archive.made"
