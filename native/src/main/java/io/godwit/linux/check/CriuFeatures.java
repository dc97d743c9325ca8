package io.godwit.linux.check;

import static io.godwit.linux.check.Need.NOBODY;

import java.util.ArrayList;
import java.util.List;

/**
 * The features of a kernel by the names that CRIU has for them, so that scripts can ask in its words. "Supported" tells of the
 * kernel; which of them Godwit makes use of is in {@link Features}.
 */
final class CriuFeatures {
    private CriuFeatures() {}

    /** Needed by some trees. */
    static List<Feature> extra() {
        return List.of(
                feature("mnt_id", "the mount of an open file can not be told", FileProbes::mountId),
                feature("mem_dirty_track", "no rounds before the stop", MemoryProbes::dirtyTracking),
                feature("aio_remap", "asynchronous I/O contexts can not be moved", CallProbes::aioRemap),
                feature("timerfd", "expirations of a timerfd are lost", CallProbes::timerFd),
                feature("tun", "tun devices can not be moved", NetProbes::tun),
                feature("tun_ns", "tun devices of other network namespaces can not be told", NetProbes::tunNamespace),
                feature("userns", "user namespaces can not be moved", FileProbes.exists("/proc/self/ns/user")),
                feature("fdinfo_lock", "file locks can not be told", FileProbes::fileLocks),
                feature("seccomp_suspend", "sandboxed processes can not be moved", TraceProbes::seccompSuspend),
                feature("seccomp_filters", "seccomp filters can not be read", TraceProbes::seccompFilters),
                feature("loginuid", "the audit user is lost", FileProbes::loginUser),
                feature("cgroupns", "cgroup namespaces can not be moved", FileProbes.exists("/proc/self/ns/cgroup")),
                feature("tcp_half_closed", "half-closed connections can not be moved", NetProbes::tcpHalfClosed),
                feature("can_map_vdso", "a vdso can not be put elsewhere", CallProbes::mapVdso),
                feature("sk_ns", "sockets of other network namespaces can not be told", NetProbes::socketNamespace),
                feature("sk_unix_file", "the files of unix sockets can not be opened", NetProbes::unixSocketFile),
                feature("net_diag_raw", "raw sockets can not be told", SocketProbes::raw),
                feature("nsid", "network namespaces have no numbers", NetProbes::namespaceId),
                feature("link_nsid", "the other end of a link can not be told", NetProbes::linkNamespaceId),
                feature("kcmp_epoll", "files in an epoll can not always be told", CallProbes::kcmpEpoll),
                feature("timens", "clocks go on from the other host's", FileProbes.exists("/proc/self/timens_offsets")),
                feature(
                        "external_net_ns",
                        "a network namespace can not stay outside of a tree",
                        FileProbes.exists("/proc/self/ns/net")),
                feature("clone3_set_tid", "processes can not keep their pids", ProcessProbes::cloneWithPid),
                feature("newifindex", "network devices can not keep their numbers", NetProbes::newInterfaceIndex),
                feature("nftables", "nftables can not be moved", NetProbes::nftables),
                feature(
                        "has_ipt_legacy",
                        "legacy iptables can not be used",
                        FileProbes.exists("/proc/net/ip_tables_names")),
                feature("pidfd_store", "a pid that is used again can not be told", ProcessProbes::pidfdGetfd),
                feature("ns_pid", "pids of nested namespaces can not be told", FileProbes::namespacePids),
                feature(
                        "apparmor_stacking",
                        "stacked AppArmor profiles can not be moved",
                        FileProbes::appArmorStacking),
                feature("network_lock_nftables", "connections can not be locked by nftables", NetProbes::nftables),
                feature("sockopt_buf_lock", "locked socket buffer sizes are lost", NetProbes::bufferLock),
                feature("memfd_hugetlb", "memfds of huge pages can not be moved", CallProbes::memfdHugePages),
                feature("move_mount_set_group", "mount propagation is slow to put back", CallProbes::moveMountSetGroup),
                feature("openat2", "paths can not be opened strictly", CallProbes::openat2),
                feature("get_rseq_conf", "no thread of glibc 2.35 and later can be moved", TraceProbes::rseq),
                feature("ipv6_freebind", "IPv6 sockets on a foreign address can not be moved", NetProbes::ipv6FreeBind),
                feature("pagemap_scan", "present pages can not be told", MemoryProbes::pagemapScan),
                feature("timer_cr_ids", "timers keep their ids by many tries", ProcessProbes::timerIds),
                feature("overlayfs_maps", "mapped files on overlayfs show a wrong device", FileProbes::overlayMaps),
                feature("breakpoints", "restored tasks are stopped step by step", TraceProbes::breakpoints),
                feature("pagemap_scan_guard_pages", "guard pages can not be told", MemoryProbes::guardPages));
    }

    /** Needed for what is not usual. */
    static List<Feature> experimental() {
        return List.of(
                feature("autofs", "automounts can not be moved", FileProbes::autofs),
                feature("compat_cr", "32-bit processes can not be moved", CallProbes::mapVdso32),
                feature("uffd", "memory can not be fetched when it is touched", CallProbes::userFaults),
                feature("uffd-noncoop", "userfaults do not follow forks and unmaps", CallProbes::userFaultEvents));
    }

    static List<Feature> all() {
        List<Feature> all = new ArrayList<>(extra());
        all.addAll(experimental());
        return List.copyOf(all);
    }

    private static Feature feature(String name, String without, Probe probe) {
        return new Feature(name, NOBODY, without, probe);
    }
}
