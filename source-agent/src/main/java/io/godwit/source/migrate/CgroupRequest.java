package io.godwit.source.migrate;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupSet;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.proto.CgroupNeed;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.source.options.MovedCgroups;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Asks the target to make the cgroups of a tree. */
final class CgroupRequest {
    private CgroupRequest() {}

    /** Adds what is asked, if something is. */
    static void add(MovedCgroups cgroups, List<Integer> pids, PreflightRequest.Builder request) throws IOException {
        if (cgroups.mode() == CgroupMode.IGNORE) {
            return;
        }
        CgroupNeed.Builder need = CgroupNeed.newBuilder().setMode(cgroups.mode().word());
        cgroups.roots().all().ifPresent(path -> need.addRootsBuilder().setPath(path));
        cgroups.roots()
                .byController()
                .forEach((controller, path) ->
                        need.addRootsBuilder().setController(controller).setPath(path));
        request.setCgroups(need.addAllHierarchies(hierarchies(pids)));
    }

    /** A cgroup that is the root of its hierarchy needs none at the target. */
    private static Set<String> hierarchies(List<Integer> pids) throws IOException {
        Set<String> hierarchies = new TreeSet<>();
        for (int pid : pids) {
            ProcDirectory process = ProcDirectory.process(pid);
            try {
                CgroupSet.of(process).paths().forEach((hierarchy, path) -> {
                    if (!path.equals("/")) {
                        hierarchies.add(hierarchy);
                    }
                });
            } catch (IOException e) {
                if (process.lives()) {
                    throw e;
                }
            }
        }
        return hierarchies;
    }
}
