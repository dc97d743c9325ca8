package io.godwit.cli.agent;

import io.godwit.linux.ThisProcess;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.cli.MigrationEngine;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.report.ProgressListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Does migrations in a process that was started to ask the source agent for one, and then can not have it: it begins anew as one that
 * rehearses first. Java compiles other things in the two, and can be told only when it starts.
 */
public final class Anew implements MigrationEngine {
    /** The flags of Java for a process that rehearses; empty in one that has begun anew. */
    private static final String PROPERTY = "godwit.rehearsing";

    private static final String OPTION = "-D" + PROPERTY + "=";

    private final MigrationEngine engine;

    private Anew(MigrationEngine engine) {
        this.engine = engine;
    }

    /**
     * What does migrations in this process.
     *
     * @param engine in one that was started for it
     */
    public static MigrationEngine orBy(MigrationEngine engine) {
        return System.getProperty(PROPERTY, "").isBlank() ? engine : new Anew(engine);
    }

    /** Whether this process has begun anew: the agent was asked before. */
    public static boolean hasBegun() {
        return "".equals(System.getProperty(PROPERTY));
    }

    /** A dry run has nothing to rehearse. */
    @Override
    public void run(MigrationOptions options, ProgressListener progress) throws IOException {
        if (options.dryRun()) {
            engine.run(options, progress);
            return;
        }
        System.out.flush();
        System.err.flush();
        try {
            ThisProcess.become(command(arguments()));
        } catch (IOException e) {
            // as where Java was updated meanwhile; without its flags the tree stands still for longer
            engine.run(options, progress);
        }
    }

    private static List<String> arguments() throws IOException {
        String all = new String(ProcDirectory.own().bytes("cmdline"), StandardCharsets.UTF_8);
        return List.of(all.split("\0", -1))
                .subList(0, (int) all.chars().filter(c -> c == 0).count());
    }

    /** The same command with those flags of Java that are named in one. */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        boolean found = false;
        for (String argument : arguments) {
            if (!found && argument.startsWith(OPTION)) {
                found = true;
                command.addAll(List.of(argument.substring(OPTION.length()).split(" ")));
                command.add(OPTION);
            } else {
                command.add(argument);
            }
        }
        return command;
    }
}
