package io.godwit.cli.agent;

import io.godwit.cli.RehearsedMigrations;
import io.godwit.linux.CompilerThreads;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Kernel;
import io.godwit.linux.Standing;
import io.godwit.linux.Syscall;
import io.godwit.linux.Wish;
import io.godwit.source.agent.StandbyAgent;
import io.godwit.source.cli.Messages;
import io.godwit.source.report.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;

/** The process that is ready for one migration. It ends after that, or with who started it if there was none. */
final class Standby {
    /** It was asked, and has told who asked what came of it; or nobody needs it any more. */
    static final int DONE = 0;

    /** As a program that was interrupted, which who asked for the migration was. */
    static final int ABANDONED = 130;

    /** It has told why on standard error. */
    static final int FAILED = 1;

    /** What it says when it is, and where. */
    static final String READY = "ready on ";

    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final Duration COMPILED_WITHIN = Duration.ofSeconds(60);

    private final RehearsedMigrations migrations = new RehearsedMigrations();
    private final StandbyAgent agent;

    private Standby(Path socket) throws IOException {
        this.agent = new StandbyAgent(socket, this::migrate, () -> System.exit(ABANDONED));
    }

    /** @param arguments where to wait */
    public static void main(String[] arguments) {
        // The tree may be in the session that this was started from, and is not to stand back with the agent.
        Kernel.syscall(Syscall.SETSID);
        Path socket = Path.of(arguments[0]);
        PrintStream out = System.out;
        try {
            Standby standby = new Standby(socket);
            standby.endWithStarter();
            standby.prepare();
            standby.agent.serve(() -> {
                out.println(READY + socket);
                out.flush();
            });
        } catch (IOException e) {
            System.err.println("godwit: " + Messages.of(e));
            System.exit(FAILED);
        }
        System.exit(DONE);
    }

    @SuppressWarnings("try") // the standing is only held
    private void prepare() throws IOException {
        try (Standing standing = Standing.begin(Wish.PREPARATION)) {
            migrations.rehearse();
            CompilerThreads.ofThisProcess().awaitIdle(COMPILED_WITHIN);
            System.gc();
        }
    }

    private int migrate(StandbyAgent.Request request) throws IOException {
        Descriptors.duplicateTo(request.out(), STANDARD_OUTPUT);
        Descriptors.duplicateTo(request.err(), STANDARD_ERROR);
        Terminal.encoding(request.terminal());
        return migrations.run(request.words(), Charset.forName(request.charset()));
    }

    /** Standard input is a pipe of the starter's. A migration is not its affair. */
    private void endWithStarter() {
        Thread thread = new Thread(
                () -> {
                    try {
                        System.in.read();
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    agent.retire();
                    System.exit(DONE);
                },
                "is the starter there");
        thread.setDaemon(true);
        thread.start();
    }
}
