package io.godwit.target.receive;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.page.proto.CgroupNeed;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.target.cgroup.CgroupOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a source asks of the cgroups of its tree. */
final class CgroupRequest implements Check {
    /** The same in the words of a restore. */
    static CgroupOptions options(CgroupNeed need) throws IOException {
        CgroupMode mode = CgroupMode.ofWord(need.getMode())
                .orElseThrow(() -> new IOException("the source asks for cgroups in the mode '" + need.getMode()
                        + "', which is none of " + CgroupMode.words()));
        Optional<String> all = Optional.empty();
        Map<String, String> byController = new HashMap<>();
        for (CgroupNeed.Root root : need.getRootsList()) {
            if (root.hasController()) {
                byController.put(root.getController(), root.getPath());
            } else {
                all = Optional.of(root.getPath());
            }
        }
        return new CgroupOptions(mode, new CgroupRoots(all, byController), Optional.empty());
    }

    /** Hierarchies must be mounted, and this process must be able to make cgroups in them. */
    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        CgroupMounts mounts = CgroupMounts.ofThisProcess();
        for (String hierarchy : request.getCgroups().getHierarchiesList()) {
            Optional<Path> root = mounts.directory(hierarchy, "/");
            String subject = "the cgroup hierarchy " + CgroupMounts.describe(hierarchy);
            if (root.isEmpty()) {
                findings.error(
                        subject, "is not mounted at the target", "mount it there, or leave --manage-cgroups out");
            } else if (!Files.isWritable(root.get())) {
                findings.error(
                        subject,
                        "can not be written to at the target (" + root.get() + ")",
                        "mount it writable there, give the agent CAP_DAC_OVERRIDE, or leave --manage-cgroups out");
            }
        }
    }
}
