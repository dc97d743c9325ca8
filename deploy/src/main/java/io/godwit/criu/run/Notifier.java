package io.godwit.criu.run;

import io.godwit.linux.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Is told of the stages of a command, and may refuse one. It is called by the thread that traces the tree. */
public interface Notifier {
    /** Agrees with everything. */
    Notifier SILENT = (stage, root) -> {};

    /**
     * A stage is reached; the command goes on when this returns.
     *
     * @param root pid of the root task as this process sees it, once it is known
     * @throws IOException to refuse; the message says who refused, and why
     */
    void reached(Stage stage, OptionalInt root) throws IOException;

    /** Whether it may name external files; if so, it is asked when the tree is frozen. */
    default boolean namesExternalFiles() {
        return false;
    }

    /**
     * The tree is frozen, and files that it has from outside can be named.
     *
     * @return as in {@code --external}
     * @throws IOException to refuse
     */
    default List<String> queryExternalFiles() throws IOException {
        return List.of();
    }

    /** Whether the master of a terminal may be outside of the tree; at a restore, if so, it is asked to take a new one. */
    default boolean allowsOrphanTerminals() {
        return false;
    }

    /**
     * The master of a terminal was outside of the tree, so a new one was made.
     *
     * @param master stays the caller's, too
     * @return whether it was taken; if not, the terminal of standard input is used, if it is a shell job
     */
    default boolean takeOrphanTerminal(Fd master) throws IOException {
        return false;
    }

    /** Tells this one, then the other if this one agrees. */
    default Notifier then(Notifier other) {
        Notifier first = this;
        return new Notifier() {
            @Override
            public void reached(Stage stage, OptionalInt root) throws IOException {
                first.reached(stage, root);
                other.reached(stage, root);
            }

            @Override
            public boolean namesExternalFiles() {
                return first.namesExternalFiles() || other.namesExternalFiles();
            }

            @Override
            public List<String> queryExternalFiles() throws IOException {
                List<String> all = new ArrayList<>(first.queryExternalFiles());
                all.addAll(other.queryExternalFiles());
                return all;
            }

            @Override
            public boolean allowsOrphanTerminals() {
                return first.allowsOrphanTerminals() || other.allowsOrphanTerminals();
            }

            @Override
            public boolean takeOrphanTerminal(Fd master) throws IOException {
                return first.takeOrphanTerminal(master) || other.takeOrphanTerminal(master);
            }
        };
    }
}
