package io.godwit.linux.check;

import static io.godwit.linux.check.Need.BOTH;
import static io.godwit.linux.check.Need.NOBODY;
import static io.godwit.linux.check.Need.TARGET;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.List;

/** The rights that Godwit uses, out of those that this process holds (capabilities(7)). */
final class Capabilities {
    private Capabilities() {}

    static List<Feature> features() {
        return List.of(
                of("CAP_SYS_PTRACE", BOTH, "only own processes can be stopped"),
                anyOf("CAP_CHECKPOINT_RESTORE", BOTH, "CAP_SYS_ADMIN", "no pids can be chosen, no map_files opened"),
                of("CAP_SYS_ADMIN", NOBODY, "seccomp filters and namespaces can not be moved"),
                of("CAP_SYS_RESOURCE", NOBODY, "hard limits above ours can not be restored"),
                of("CAP_NET_ADMIN", NOBODY, "some socket options can not be restored"),
                of("CAP_SETUID", TARGET, "only processes of this user can be restored"),
                of("CAP_SETGID", TARGET, "only processes of this group can be restored"),
                of("CAP_SETPCAP", TARGET, "bounding sets can not be restored"),
                of("CAP_DAC_OVERRIDE", NOBODY, "files of others can not be opened"),
                of("CAP_KILL", NOBODY, "processes of others can not be ended"));
    }

    private static Feature of(String name, Need need, String without) {
        return new Feature(name, need, without, subject -> {
            if (!held(name)) {
                throw new IOException("not held: grant it; a container may withhold it from root too");
            }
            return "";
        });
    }

    private static Feature anyOf(String name, Need need, String broader, String without) {
        return new Feature(name, need, without, subject -> {
            if (held(name)) {
                return "";
            }
            if (held(broader)) {
                return broader + " stands in for it";
            }
            throw new IOException("not held: grant it or " + broader);
        });
    }

    private static boolean held(String name) throws IOException {
        return ProcDirectory.own().status().holds(name);
    }
}
