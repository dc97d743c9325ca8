package io.godwit.criu.run;

import static io.godwit.criu.options.CriuOption.*;

import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can not be followed yet, option by option. One that asks for something else than what would happen is refused. One that
 * only allows what a tree may have (such as file locks) is accepted with a warning: a tree that has it is refused by name, and
 * of any other the result is the same.
 */
public final class Limits {
    private static final String NETWORK =
            "network devices other than lo are not made yet; leave it out, and give --empty-ns net, or the network from outside by --external net[INO]:NAME";
    private static final String STREAMER =
            "criu-image-streamer is not spoken; leave it out, and use a directory of images";
    private static final String NOTIFY =
            "not needed; the kernel tells the names of watched files, and a tree that watches one without a name, or by fanotify, is refused";

    private static final List<Limit> ALL = List.of(
            refused("DPRU", STREAM, STREAMER),
            allowed("P", LIBDIR, "not needed; a pre-dump has memory only, and no plugin is asked"),
            allowed("DP", FREEZE_CGROUP, "not needed; the tree is frozen thread by thread"),
            allowed(
                    "DPR",
                    UNPRIVILEGED,
                    "not needed; nobody is turned away for not being root, and what the kernel does not allow fails by its"
                            + " name. CAP_CHECKPOINT_RESTORE alone does not do"),
            allowed("DPR", DEPRECATED, "not needed; old forms of images are always read"),
            allowed("D", GHOST_FIEMAP, "not needed; it is another way to the same files"),
            allowed("DP", FORCE_IRMAP, NOTIFY),
            allowed("DP", IRMAP_SCAN_PATH, NOTIFY),
            allowed("R", MNTNS_COMPAT_MODE, "not needed; there is one way to make mounts"),
            refused("R", JOIN_NS, "start this command in the namespace by nsenter"),
            refused("DR", VETH_PAIR, NETWORK),
            allowed(
                    "R",
                    WEAK_SYSCTLS,
                    "not needed; a network namespace with other settings than a new one has is refused by the dump"),
            refused("R", LSM_MOUNT_CONTEXT, "mounts get the context of this host; leave it out"),
            allowed("DR", ALLOW_UPROBES, "a tree that is probed can not be moved yet, and is refused by name"),
            refused("C", MS, "CRIU has it no more; leave it out"));

    private Limits() {}

    /**
     * A limit of an option with some commands.
     *
     * @param refused false if it is accepted with a warning
     * @param words why, and what to do
     */
    public record Limit(Set<CriuCommand> commands, CriuOption option, boolean refused, String words) {}

    private static Limit refused(String letters, CriuOption option, String words) {
        return new Limit(CriuCommand.ofLetters(letters), option, true, words);
    }

    private static Limit allowed(String letters, CriuOption option, String words) {
        return new Limit(CriuCommand.ofLetters(letters), option, false, words);
    }

    /** That of an option with a command; none if it works. */
    public static Optional<Limit> of(CriuCommand command, CriuOption option) {
        return ALL.stream()
                .filter(limit -> limit.option() == option && limit.commands().contains(command))
                .findFirst();
    }
}
