package io.godwit.criu;

import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.rpc.Worker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code criu} command: Godwit by another name. */
public final class Criu {
    /** Of {@code godwit} too, in the same words. */
    private static final Set<CriuCommand> SHARED = Set.of(
            CriuCommand.DUMP,
            CriuCommand.PRE_DUMP,
            CriuCommand.RESTORE,
            CriuCommand.LAZY_PAGES,
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

    /** Goes through command lines, for the classes that this loads. The directory is empty, and stays so. */
    public static void rehearse(Path directory) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        CriuCommandLine criu = new CriuCommandLine(Manner.CRIU, Map.of(), nowhere, nowhere);
        criu.run(List.of("restore", "-d", "-D", directory.toString(), "-o", "-", "-v4"));
        criu.run(List.of("dump", "-t", Integer.toString(Integer.MAX_VALUE), "-D", directory.toString(), "-R"));
        criu.run(List.of("check"));
        DumpRehearsal.run(criu, directory);
        Worker.rehearse();
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
