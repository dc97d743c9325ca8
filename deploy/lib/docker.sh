# Sourced. A docker daemon for the container tests, and the image they are built on.

GODWIT_CACHE=${GODWIT_CACHE:-/var/cache/godwit}
BASE_IMAGE=godwit-base:bookworm
DOCKERD_PID=

# Starts dockerd unless one answers already; stop_docker stops only what was started here.
start_docker() {
    docker info >/dev/null 2>&1 && return 0
    local log=$1
    echo "starting dockerd (log: $log)"
    # Not a child that job control or a terminal's Ctrl-C reaches; stopped by pid.
    setsid dockerd >"$log" 2>&1 </dev/null &
    DOCKERD_PID=$!
    local i
    for ((i = 0; i < 120; i++)); do
        docker info >/dev/null 2>&1 && return 0
        kill -0 "$DOCKERD_PID" 2>/dev/null || break
        sleep 0.5
    done
    echo "dockerd does not answer; its last words:" >&2
    tail -n 20 "$log" >&2
    return 1
}

stop_docker() {
    [ -n "$DOCKERD_PID" ] || return 0
    kill "$DOCKERD_PID" 2>/dev/null || true
    wait "$DOCKERD_PID" 2>/dev/null || true
    DOCKERD_PID=
}

# There is no registry to pull from: the base image is a debootstrap tree, kept as a tarball between runs.
make_base_image() {
    docker image inspect $BASE_IMAGE >/dev/null 2>&1 && return 0
    local tarball=$GODWIT_CACHE/bookworm.tar tree
    mkdir -p "$GODWIT_CACHE"
    if [ ! -e "$tarball" ]; then
        echo "making the base image of the containers (debootstrap)"
        tree=$(mktemp -d "$GODWIT_CACHE/tree.XXXXXX")
        debootstrap --variant=minbase --include=openjdk-17-jre-headless,redis-server,python3-minimal,iproute2,procps \
            bookworm "$tree" >"$GODWIT_CACHE/debootstrap.log" 2>&1 ||
            { tail -n 20 "$GODWIT_CACHE/debootstrap.log" >&2; rm -rf "$tree"; return 1; }
        rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/*
        tar -C "$tree" -cf "$tarball.new" . && mv "$tarball.new" "$tarball"
        rm -rf "$tree"
    fi
    docker import "$tarball" $BASE_IMAGE >/dev/null
}
