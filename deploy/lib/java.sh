# Finds Java, and says how Godwit's JVMs are run. To be sourced.

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Sets JAVA to the java to run. (A function that prints would need a shell of its own, and that shows in how soon a command starts.)
find_java() {
    for JAVA in "${JAVA_HOME:-/nonexistent}/bin/java" /usr/lib/jvm/java-17-openjdk-*/bin/java /usr/lib/jvm/*/bin/java; do
        [ ! -x "$JAVA" ] || return 0
    done
    JAVA=$(command -v java) || fail "no Java was found: apt-get install openjdk-17-jdk-headless, or set JAVA_HOME"
}

# The heap and the buffers outside it are bounded, so that an agent stays under 256 MiB however large the tree is.
# One small compiler tier and the serial collector: a migration is short, and what counts is how soon it runs well.
# So code is compiled after few calls. Nobody records Netty's events, whose classes would be loaded at each start.
JAVA_FLAGS=(
    -Xms96m -Xmx96m -Xmn48m -XX:MaxDirectMemorySize=96m -XX:MaxMetaspaceSize=64m -XX:ReservedCodeCacheSize=32m
    -XX:-UseContainerSupport -XX:-UseDynamicNumberOfCompilerThreads
    -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xshare:auto -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError
    -XX:Tier3InvocationThreshold=20 -XX:Tier3MinInvocationThreshold=10 -XX:Tier3CompileThreshold=60 -XX:Tier3BackEdgeThreshold=2000
    -Dio.netty.jfr.enabled=false -Dfile.encoding=UTF-8 -Djava.awt.headless=true
)

# For what rehearses before it works. The interpreter looks at its counts at every 128th call, and at less when much is waiting for
# the compiler; a rehearsal calls most of the frozen path once, and all of that is to be compiled when the rehearsals are over.
# What has waited for the compiler for 50 ms, as it does beside a busy tree, would be forgotten if it was not called meanwhile.
REHEARSING_FLAGS=(
    -XX:Tier3InvocationThreshold=10 -XX:Tier3MinInvocationThreshold=5 -XX:Tier3CompileThreshold=20
    -XX:Tier0InvokeNotifyFreqLog=3 -XX:Tier3LoadFeedback=1000 -XX:TieredCompileTaskTimeout=1000
)

# For what only asks another process to do the work: nothing is called often enough there for the compiler's work to come back. (These are
# Java's own thresholds. The flags for a rehearsal, which may follow, take each of them back.)
ASKING_FLAGS=(
    -XX:Tier3InvocationThreshold=200 -XX:Tier3MinInvocationThreshold=100 -XX:Tier3CompileThreshold=2000
)

# Sets CLASS_PATH to that of a build. Arguments: DEPLOY_DIRECTORY
class_path() {
    local jar
    for jar in "$1"/target/deploy-*.jar; do
        CLASS_PATH=$jar:$1/target/lib/*
    done
}

# Sets STAMP to what a class archive depends on: where it is, and what the Java that was found says of itself, if that is known. (Read by the
# shell, as above.) Arguments: DEPLOY_DIRECTORY
archive_stamp() {
    local release=
    IFS= read -r -d '' release 2>/dev/null <"${JAVA%/bin/java}/release" || true
    STAMP=$1:$release
}
