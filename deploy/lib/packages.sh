# Sourced. Installs what is missing from Debian, without letting a package start its service.

# install_packages PACKAGE...
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    [ "$(id -u)" -eq 0 ] || { echo "these packages are missing and only root can install them: ${missing[*]}" >&2; return 1; }
    echo "installing from Debian: ${missing[*]}"
    # invoke-rc.d asks this file first; 101 means: do not start the service.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=yes
    fi
    local failed=
    apt-get -q update >/dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${missing[@]}" >/dev/null || failed=yes
    [ -z "$made" ] || rm -f $policy
    [ -z "$failed" ]
}

BUILD_PACKAGES=(openjdk-17-jdk-headless maven gcc libc6-dev make binutils)
HOST_PACKAGES=(iproute2 util-linux procps)
DEMO_PACKAGES=(redis-server redis-tools python3-minimal python3)
TEST_PACKAGES=(criu openssl libprotobuf-c-dev runc debootstrap docker.io iptables nftables ca-certificates git)
