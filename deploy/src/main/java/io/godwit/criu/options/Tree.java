package io.godwit.criu.options;

import io.godwit.source.options.DumpOptions.After;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tree, and what becomes of it.
 *
 * @param pid of the root; none for a restore
 * @param after what becomes of the tree; {@code KILL} also where nobody said anything
 * @param detached do not wait for its end; run a server in the background
 * @param sibling the root is to be a child of this command's parent
 * @param shellJob its session leader may be outside
 * @param timeout for the freeze
 * @param freezeCgroup freeze it by this
 * @param command what to become after a restore, with its arguments; empty for none
 */
public record Tree(
        OptionalInt pid,
        After after,
        boolean detached,
        boolean sibling,
        boolean shellJob,
        Duration timeout,
        Optional<String> freezeCgroup,
        List<String> command) {
    private static final int DEFAULT_TIMEOUT_SECONDS = 10;

    static Tree of(Values values, List<String> command) {
        return new Tree(
                values.number(CriuOption.TREE, 1, Integer.MAX_VALUE),
                after(values),
                values.has(CriuOption.RESTORE_DETACHED),
                values.has(CriuOption.RESTORE_SIBLING),
                values.has(CriuOption.SHELL_JOB),
                Duration.ofSeconds(
                        values.number(CriuOption.TIMEOUT, 0, Integer.MAX_VALUE).orElse(DEFAULT_TIMEOUT_SECONDS)),
                values.text(CriuOption.FREEZE_CGROUP),
                command);
    }

    private static After after(Values values) {
        if (values.has(CriuOption.LEAVE_RUNNING)) {
            return After.LEAVE_RUNNING;
        }
        return values.has(CriuOption.LEAVE_STOPPED) ? After.LEAVE_STOPPED : After.KILL;
    }
}
