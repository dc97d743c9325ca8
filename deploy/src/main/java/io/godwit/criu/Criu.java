package io.godwit.criu;

import io.godwit.criu.options.CriuCommand;
import java.util.List;
import java.util.Set;

/** The {@code criu} command: Godwit by another name. */
public final class Criu {
    /** Of {@code godwit} too, in the same words. */
    private static final Set<CriuCommand> SHARED = Set.of(
            CriuCommand.DUMP,
            CriuCommand.RESTORE,
            CriuCommand.CPUINFO,
            CriuCommand.DEDUP,
            CriuCommand.SERVICE,
            CriuCommand.SWRK);

    private Criu() {}

    public static void main(String[] arguments) {
        System.exit(run(Manner.CRIU, List.of(arguments)));
    }

    /** Runs one command; gives the exit code. */
    public static int run(Manner manner, List<String> arguments) {
        return new CriuCommandLine(manner, System.getenv(), System.out, System.err).run(arguments);
    }

    /** Whether these arguments of {@code godwit} are for a command that it has from CRIU. */
    public static boolean takes(String[] arguments) {
        return arguments.length > 0
                && CriuCommand.of(arguments[0]).filter(SHARED::contains).isPresent();
    }

    /** The commands that {@code godwit} has from CRIU. */
    public static Set<CriuCommand> shared() {
        return SHARED;
    }
}
