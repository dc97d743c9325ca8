package io.godwit.source.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A process that was made ready for a migration before it was asked for. */
@FunctionalInterface
public interface ReadyAgent {
    /** There is none. */
    ReadyAgent NONE = (pid, socket, words, said) -> OptionalInt.empty();

    /**
     * Has a migration done, with the standard output and error of this process.
     *
     * @param pid the root of the tree
     * @param socket where the agent waits, if not where it waits by default
     * @param words arguments of {@code godwit migrate}
     * @param said takes what the user is to know about the agent, in lines
     * @return the exit code; nothing if no agent could take it, and nothing was done
     * @throws io.godwit.page.client.OutcomeUnknownException if the agent has ended before it told the code, and the tree may run at the target
     * @throws IOException if it has ended, and the tree runs on here
     */
    OptionalInt migrate(int pid, Optional<Path> socket, List<String> words, Consumer<String> said) throws IOException;
}
