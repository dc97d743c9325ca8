package io.godwit.linux.check;

import static io.godwit.linux.check.Need.BOTH;
import static io.godwit.linux.check.Need.NOBODY;
import static io.godwit.linux.check.Need.TARGET;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.List;

/** The rights that Godwit uses, out of those that this process holds (capabilities(7)). */
final class Capabilities {
    private static final int SETGID = 6;
    private static final int SETUID = 7;
    private static final int SETPCAP = 8;
    private static final int NET_ADMIN = 12;
    private static final int SYS_PTRACE = 19;
    private static final int SYS_ADMIN = 21;
    private static final int SYS_RESOURCE = 24;
    private static final int DAC_OVERRIDE = 1;
    private static final int KILL = 5;
    private static final int CHECKPOINT_RESTORE = 40;

    private Capabilities() {}

    static List<Feature> features() {
        return List.of(
                of("SYS_PTRACE", SYS_PTRACE, BOTH, "only own processes can be stopped"),
                anyOf(
                        "CHECKPOINT_RESTORE",
                        CHECKPOINT_RESTORE,
                        SYS_ADMIN,
                        "CAP_SYS_ADMIN",
                        "no pids can be chosen, no map_files opened"),
                of("SYS_ADMIN", SYS_ADMIN, NOBODY, "seccomp filters and namespaces can not be moved"),
                of("SYS_RESOURCE", SYS_RESOURCE, NOBODY, "hard limits above ours can not be restored"),
                of("NET_ADMIN", NET_ADMIN, NOBODY, "some socket options can not be restored"),
                of("SETUID", SETUID, TARGET, "only processes of this user can be restored"),
                of("SETGID", SETGID, TARGET, "only processes of this group can be restored"),
                of("SETPCAP", SETPCAP, TARGET, "bounding sets can not be restored"),
                of("DAC_OVERRIDE", DAC_OVERRIDE, NOBODY, "files of others can not be opened"),
                of("KILL", KILL, NOBODY, "processes of others can not be ended"));
    }

    private static Feature of(String name, int bit, Need need, String without) {
        return new Feature("CAP_" + name, need, without, subject -> {
            if (!held(bit)) {
                throw new IOException("not held: grant it; a container may withhold it from root too");
            }
            return "";
        });
    }

    private static Feature anyOf(String name, int bit, int broader, String broaderName, String without) {
        return new Feature("CAP_" + name, BOTH, without, subject -> {
            if (held(bit)) {
                return "";
            }
            if (held(broader)) {
                return broaderName + " stands in for it";
            }
            throw new IOException("not held: grant it or " + broaderName);
        });
    }

    private static boolean held(int bit) throws IOException {
        int self = (int) ProcessHandle.current().pid();
        return (ProcDirectory.process(self).status().bits("CapEff") >>> bit & 1) == 1;
    }
}
