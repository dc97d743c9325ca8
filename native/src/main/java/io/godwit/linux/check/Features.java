package io.godwit.linux.check;

import static io.godwit.linux.check.Need.BOTH;
import static io.godwit.linux.check.Need.NOBODY;
import static io.godwit.linux.check.Need.SOURCE;
import static io.godwit.linux.check.Need.TARGET;

import java.util.ArrayList;
import java.util.List;

/** The one list of what Godwit asks of a kernel. */
final class Features {
    private Features() {}

    static List<Feature> all() {
        List<Feature> all = new ArrayList<>(List.of(
                new Feature("ptrace seize", BOTH, "no process can be stopped", TraceProbes::seize),
                new Feature("ptrace registers", BOTH, "no thread's state can be read", TraceProbes::xstate),
                new Feature("ptrace rseq", SOURCE, "no thread of glibc 2.35 and later can be moved", TraceProbes::rseq),
                new Feature("process_vm_readv", SOURCE, "no memory can be read", MemoryProbes::processVmRead),
                new Feature("userfaultfd async", NOBODY, "write tracking needs it", MemoryProbes::userfaultfd),
                new Feature("PAGEMAP_SCAN", SOURCE, "present pages can not be told", MemoryProbes::pagemapScan),
                new Feature("write tracking", NOBODY, "soft-dirty is used", MemoryProbes::writeTracking),
                new Feature("soft-dirty", NOBODY, "write tracking has no fallback", MemoryProbes::softDirty),
                new Feature("pidfd_getfd", BOTH, "descriptors can not be taken over", ProcessProbes::pidfdGetfd),
                new Feature("kcmp", SOURCE, "shared descriptors can not be told", ProcessProbes::kcmp),
                new Feature("map_files", SOURCE, "mapped files can not be opened", ProcessProbes::mapFiles),
                new Feature("task children", SOURCE, "the tree can not be walked", ProcessProbes::children),
                new Feature("POSIX timers in /proc", SOURCE, "they can not be read", ProcessProbes::timers),
                new Feature("unix sock_diag", SOURCE, "unix sockets can not be told", SocketProbes::unix),
                new Feature("inet sock_diag", NOBODY, "listening sockets: no check", SocketProbes::inet),
                new Feature("clone3 set_tid", TARGET, "processes can not keep their pids", ProcessProbes::cloneWithPid),
                new Feature(
                        "PR_SET_MM_MAP", TARGET, "heap and arguments lose their place", ProcessProbes::setMemoryMap),
                new Feature("timer restore ids", NOBODY, "timers keep ids by many tries", ProcessProbes::timerIds)));
        all.addAll(Capabilities.features());
        return List.copyOf(all);
    }
}
