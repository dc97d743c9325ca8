package io.godwit.source.cgroup;

import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.linux.cgroup.CgroupSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files of a cgroup are dumped: those that set something (cgroups(7), and the kernel's admin-guide/cgroup-v1 and cgroup-v2).
 *
 * @param byController names of files, in which one star may stand for a part; the order is that in which they are written
 */
public record CgroupProperties(Map<String, List<String>> byController) {
    /** Of every cgroup of version 1. */
    private static final List<String> COMMON =
            List.of("cgroup.clone_children", "notify_on_release", "cgroup.procs", "tasks");

    /** Of every cgroup of version 2, whatever controllers it has. */
    private static final List<String> UNIFIED = List.of(
            "cgroup.type",
            "cgroup.subtree_control",
            "cgroup.max.descendants",
            "cgroup.max.depth",
            "cgroup.freeze",
            "cgroup.procs",
            "cgroup.threads",
            "cpuset.cpus",
            "cpuset.mems",
            "cpuset.cpus.partition",
            "cpu.weight",
            "cpu.idle",
            "cpu.max",
            "cpu.max.burst",
            "cpu.uclamp.min",
            "cpu.uclamp.max",
            "memory.max",
            "memory.high",
            "memory.low",
            "memory.min",
            "memory.swap.max",
            "memory.swap.high",
            "memory.zswap.max",
            "memory.oom.group",
            "io.weight",
            "io.bfq.weight",
            "io.max",
            "io.latency",
            "pids.max",
            "hugetlb.*.max");

    public CgroupProperties {
        byController = Map.copyOf(byController);
    }

    /** What there is without being asked. */
    public static CgroupProperties standard() {
        return new CgroupProperties(Map.ofEntries(
                Map.entry(
                        "cpu",
                        List.of(
                                "cpu.shares",
                                "cpu.cfs_period_us",
                                "cpu.cfs_quota_us",
                                "cpu.cfs_burst_us",
                                "cpu.rt_period_us",
                                "cpu.rt_runtime_us",
                                "cpu.idle")),
                Map.entry(
                        "memory",
                        List.of(
                                "memory.limit_in_bytes",
                                "memory.memsw.limit_in_bytes",
                                "memory.swappiness",
                                "memory.soft_limit_in_bytes",
                                "memory.move_charge_at_immigrate",
                                "memory.oom_control",
                                "memory.use_hierarchy",
                                "memory.kmem.limit_in_bytes",
                                "memory.kmem.tcp.limit_in_bytes")),
                Map.entry(
                        "cpuset",
                        List.of(
                                "cpuset.cpus",
                                "cpuset.mems",
                                "cpuset.memory_migrate",
                                "cpuset.cpu_exclusive",
                                "cpuset.mem_exclusive",
                                "cpuset.mem_hardwall",
                                "cpuset.memory_spread_page",
                                "cpuset.memory_spread_slab",
                                "cpuset.sched_load_balance",
                                "cpuset.sched_relax_domain_level")),
                Map.entry(
                        "blkio",
                        List.of(
                                "blkio.weight",
                                "blkio.bfq.weight",
                                "blkio.throttle.read_bps_device",
                                "blkio.throttle.write_bps_device",
                                "blkio.throttle.read_iops_device",
                                "blkio.throttle.write_iops_device")),
                Map.entry("net_cls", List.of("net_cls.classid")),
                Map.entry("net_prio", List.of("net_prio.ifpriomap")),
                Map.entry("pids", List.of("pids.max")),
                Map.entry("hugetlb", List.of("hugetlb.*.limit_in_bytes")),
                Map.entry("devices", List.of("devices.list"))));
    }

    /** With what a specification says of some controllers. */
    public CgroupProperties with(List<PropertySpec> specifications) {
        Map<String, List<String>> changed = new LinkedHashMap<>(byController);
        for (PropertySpec spec : specifications) {
            Set<String> names = new LinkedHashSet<>(
                    spec.replaces() ? List.of() : changed.getOrDefault(spec.controller(), List.of()));
            names.addAll(spec.properties());
            changed.put(spec.controller(), List.copyOf(names));
        }
        return new CgroupProperties(changed);
    }

    /** Which of the files of a cgroup are dumped, in the order in which they are to be written. */
    List<String> select(String hierarchy, Set<String> files) {
        List<String> wanted = new ArrayList<>(hierarchy.equals(CgroupSet.UNIFIED) ? UNIFIED : COMMON);
        for (String controller : CgroupRoots.names(hierarchy)) {
            wanted.addAll(byController.getOrDefault(controller, List.of()));
        }
        Set<String> selected = new LinkedHashSet<>();
        for (String name : wanted) {
            int star = name.indexOf('*');
            if (star < 0) {
                if (files.contains(name)) {
                    selected.add(name);
                }
            } else {
                files.stream()
                        .filter(file ->
                                file.startsWith(name.substring(0, star)) && file.endsWith(name.substring(star + 1)))
                        .sorted()
                        .forEach(selected::add);
            }
        }
        return List.copyOf(selected);
    }
}
