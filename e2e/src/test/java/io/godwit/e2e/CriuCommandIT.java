package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A program is dumped and restored through a link named criu, by those who know CRIU. */
class CriuCommandIT {
    private static final String CRIU = Checkout.file("deploy/criu").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path base;

    private Path images;
    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        images = Files.createDirectory(base.resolve("images"));
        victim = Victim.of("files");
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    @AfterEach
    void stopVictim() throws IOException {
        host.kill(pid);
        victim.close();
    }

    @Test
    void aProgramIsDumpedAndRestoredWithLogsPidfileAndScripts() throws IOException {
        String script = script("");

        Execution dump =
                dump("-v4", "-o", "dump.log", "--action-script", script).succeeded();
        awaitGone();
        Execution restore = restore(
                        "-d", "-v4", "-o", "restore.log", "--pidfile", "root.pid", "--action-script", script)
                .succeeded();

        assertThat(dump.output() + restore.output()).isEmpty();
        assertThat(images.resolve("root.pid")).hasContent("" + pid);
        assertThat(log("dump.log")).contains("Version: 4.2 (gitid ").endsWith("Dumping finished successfully\n");
        assertThat(log("restore.log")).contains("Restore finished successfully. Tasks resumed.\n");
        assertThat(log("restore.log").lines()).allMatch(line -> line.matches("\\(\\d\\d\\.\\d{6}\\) .+"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(images.resolve("dump.log"))))
                .isEqualTo("rw-------");
        String work = " in " + images;
        assertThat(calls())
                .containsExactly(
                        "pre-dump " + pid + work,
                        "post-dump " + pid + work,
                        "pre-restore none" + work,
                        "post-restore " + pid + work,
                        "pre-resume " + pid + work,
                        "post-resume " + pid + work);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aScriptThatRefusesAtPreDumpLeavesTheTreeAsItIs() throws IOException {
        Execution dump = dump("-o", "dump.log", "--action-script", script("pre-dump"));

        assertThat(dump.code()).isEqualTo(1);
        assertThat(log("dump.log"))
                .containsPattern("Error \\(.+\\.java:\\d+\\): the action script .+ at pre-dump gave exit code 7")
                .containsPattern("Error \\(.+\\.java:\\d+\\): Dumping FAILED\\.");
        assertThat(images.resolve("inventory.img")).doesNotExist();
        assertRunsOn();
    }

    @Test
    void aScriptThatRefusesAtPostDumpIsExitCode255AndTheTreeRunsOn() throws IOException {
        Execution dump = dump("--action-script", script("post-dump"));

        assertThat(dump.code()).isEqualTo(255);
        assertThat(dump.output()).contains("at post-dump gave exit code 7");
        assertRunsOn();
    }

    @Test
    void aScriptThatRefusesBeforeTheTreeRunsEndsIt() throws IOException {
        dump().succeeded();
        awaitGone();

        for (String stage : List.of("pre-restore", "post-restore")) {
            Execution restore = restore("-d", "--pidfile", "root.pid", "--action-script", script(stage));

            assertThat(restore.code()).as(stage).isEqualTo(1);
            assertThat(restore.output()).contains("at " + stage + " gave exit code 7", "Restoring FAILED.");
            assertThat(host.lives(pid)).as("the tree runs").isFalse();
            assertThat(images.resolve("root.pid")).doesNotExist();
        }
        restore("-d").succeeded();
        assertRunsOn();
    }

    @Test
    void aScriptThatRefusesWhenTheTreeIsAboutToRunIsOnlyLogged() throws IOException {
        dump().succeeded();
        awaitGone();

        Execution restore =
                restore("-d", "--action-script", script("pre-resume")).succeeded();

        assertThat(restore.output()).contains("at pre-resume gave exit code 7");
        assertRunsOn();
    }

    @Test
    void everyScriptOfAStageRunsAndTheLastGivenFirst() throws IOException {
        Path first = Files.writeString(base.resolve("first"), "#!/bin/sh\necho first >> " + base.resolve("calls"));
        assertThat(first.toFile().setExecutable(true)).isTrue();

        Execution dump = dump("--action-script", first.toString(), "--action-script", script("pre-dump"));

        assertThat(dump.code()).isEqualTo(1);
        assertThat(calls()).containsExactly("pre-dump " + pid + " in " + images, "first");
        assertRunsOn();
    }

    @Test
    void aTreeThatIsLeftRunningRunsOn() throws IOException {
        dump("--leave-running").succeeded();

        assertThat(images.resolve("inventory.img")).exists();
        assertRunsOn();
    }

    @Test
    void aTreeThatIsLeftStoppedStandsUntilItIsContinued() throws IOException {
        dump("--leave-stopped").succeeded();

        assertThat(state()).isEqualTo('T');
        host.exec("kill", "-CONT", "--", "-" + pid).succeeded();
        assertRunsOn();
    }

    @Test
    void aConfigFileHasOptionsToo() throws IOException {
        Path config = Files.writeString(base.resolve("criu.conf"), """
                # below the command line
                leave-running
                verbosity 4
                log-file "from the file.log"
                """);

        host.exec("env", "CRIU_CONFIG_FILE=" + config, CRIU, "dump", "-t", "" + pid, "-D", images.toString())
                .succeeded();

        assertThat(log("from the file.log")).endsWith("Dumping finished successfully\n");
        assertRunsOn();
    }

    @Test
    void aPidfileThatExistsIsKeptAndNothingIsRestored() throws IOException {
        dump().succeeded();
        awaitGone();
        Files.writeString(images.resolve("root.pid"), "another's");

        Execution restore = restore("-d", "--pidfile", "root.pid");

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains("root.pid exists already");
        assertThat(images.resolve("root.pid")).hasContent("another's");
        assertThat(host.lives(pid)).isFalse();
    }

    @Test
    void withoutDetachingTheCommandEndsWithTheRoot() throws IOException {
        dump().succeeded();
        awaitGone();
        Path output = base.resolve("restore.out");
        Process restore = host.start(output, CRIU, "restore", "-D", images.toString());
        assertThat(Eventually.holds(LIMIT, () -> host.runs(pid) && state() != 't'))
                .as("the tree runs")
                .isTrue();
        assertThat(restore.isAlive()).isTrue();

        assertThat(victim.verdict()).isEqualTo("pass");

        assertThat(Eventually.holds(LIMIT, () -> !restore.isAlive())).isTrue();
        assertThat(restore.exitValue()).as(Files.readString(output)).isZero();
    }

    @Test
    void whatConcernsOneTaskGoesToAFileOfItsOwn() throws IOException {
        dump().succeeded();
        awaitGone();

        restore("-d", "-v4", "-o", "restore.log", "--log-pid").succeeded();

        assertThat(log("restore.log." + pid)).matches("\\(\\d\\d\\.\\d{6}\\) restored with 1 thread\n");
        assertRunsOn();
    }

    @Test
    void theProcessorOfTheImagesIsComparedWhereThatIsAskedFor() throws IOException {
        dump("--cpu-cap").succeeded();
        awaitGone();
        assertThat(images.resolve("cpuinfo.img")).exists();

        restore("-d", "--cpu-cap=cpu").succeeded();
        assertRunsOn();
    }

    @Test
    void aPageServerInTheBackgroundStoresWhatAnotherImplementationSends() throws IOException {
        Path received = Files.createDirectory(base.resolve("received"));
        String pages = Checkout.file("e2e/src/test/python/criu_pages.py").toString();
        dump("-R").succeeded();

        host.exec(
                        CRIU,
                        "page-server",
                        "-d",
                        "-D",
                        received.toString(),
                        "--address",
                        "127.0.0.1",
                        "--port",
                        "9123",
                        "--pidfile",
                        "server.pid",
                        "-o",
                        "server.log",
                        "-v4")
                .succeeded();
        int server = Integer.parseInt(Files.readString(received.resolve("server.pid")));
        assertThat(host.runs(server)).isTrue();
        host.exec("python3", pages, "send", images.toString(), "127.0.0.1", "9123", "32")
                .succeeded();

        assertThat(Eventually.holds(LIMIT, () -> !host.runs(server)))
                .as("the server has ended")
                .isTrue();
        host.exec("python3", pages, "compare", images.toString(), received.toString())
                .succeeded();
        assertThat(Files.readString(received.resolve("server.log"))).contains("Listening on 127.0.0.1:9123");
        assertRunsOn();
    }

    @Test
    void anOptionThatCanNotBeFollowedIsRefusedByNameAndTheTreeIsNotTouched() throws IOException {
        Execution dump = dump("--veth-pair", "eth0=veth0");

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("--veth-pair: ");
        assertThat(images).isEmptyDirectory();
        assertRunsOn();
    }

    private Execution dump(String... options) throws IOException {
        return run(List.of(CRIU, "dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    private Execution restore(String... options) throws IOException {
        return run(List.of(CRIU, "restore", "-D", images.toString()), options);
    }

    private static Execution run(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    /** Writes what it is told into a file, with its directory if that is where the images are; refuses at one stage. */
    private String script(String refused) throws IOException {
        Path script = base.resolve("script");
        Files.writeString(script, """
                #!/bin/sh
                [ $CRTOOLS_IMAGE_DIR/. -ef . ] || exit 3
                echo "$CRTOOLS_SCRIPT_ACTION ${CRTOOLS_INIT_PID:-none} in $PWD" >> %s
                [ $CRTOOLS_SCRIPT_ACTION != "%s" ] || exit 7
                """.formatted(base.resolve("calls"), refused));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(base.resolve("calls"));
    }

    private String log(String name) throws IOException {
        return Files.readString(images.resolve(name));
    }

    private void awaitGone() {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone after the dump", pid)
                .isTrue();
    }

    private void assertRunsOn() {
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private char state() {
        try {
            String stat = Files.readString(host.path("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'X';
        }
    }
}
