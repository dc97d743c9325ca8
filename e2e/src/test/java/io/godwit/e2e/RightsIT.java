package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/capabilities.md is right: with what it lists a command does its work, and without one of them it names the one. */
class RightsIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final int USER = 65534;
    private static final String SAME_USER = "sys_ptrace checkpoint_restore";
    private static final String DUMP_OF_OTHERS = SAME_USER + " dac_read_search kill";
    private static final String RESTORE_OF_OTHERS = SAME_USER + " setuid setgid setpcap dac_override kill";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    private Path home;
    private Path images;
    private Victim victim;
    private int pid;

    @BeforeEach
    void makeDirectories() throws IOException {
        home = Files.createTempDirectory("godwit-rights-");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        images = open(Files.createDirectory(home.resolve("images")));
        victim = Victim.of("counter");
    }

    @AfterEach
    void stopVictim() throws IOException {
        host.kill(pid);
        victim.close();
        Victim.deleteTree(home);
    }

    @Test
    void treesOfRootNeedTwo() throws IOException {
        start(0);

        dump(0, SAME_USER).succeeded();
        awaitGone();
        Execution restore = restore(0, SAME_USER).succeeded();

        assertThat(restore.output())
                .contains(
                        "counter) had capabilities that its restorer lacks, and is without them: CAP_CHOWN",
                        "CAP_SYS_ADMIN");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void administratorsNeedNoCheckpointRestore() throws IOException {
        start(0);

        dump(0, "sys_ptrace sys_admin").succeeded();
        awaitGone();
        restore(0, "sys_ptrace sys_admin").succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @ParameterizedTest
    @CsvSource({"sys_ptrace, CAP_SYS_PTRACE", "checkpoint_restore, CAP_CHECKPOINT_RESTORE"})
    void aDumpWithoutOneNamesIt(String without, String named) throws IOException {
        start(0);

        Execution dump = dump(0, SAME_USER.replace(without, "").strip());

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("process " + pid, named);
        assertThat(victim.verdict()).as("the tree runs on").isEqualTo("pass");
    }

    @Test
    void aRestoreThatMayNotChoosePidsSaysSo() throws IOException {
        start(0);
        dump(0, SAME_USER).succeeded();
        awaitGone();

        Execution restore = restore(0, "sys_ptrace");

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains("CAP_CHECKPOINT_RESTORE");
        awaitGone();
    }

    @Test
    void treesOfOthersNeedMore() throws IOException {
        start(USER);

        dump(0, DUMP_OF_OTHERS).succeeded();
        awaitGone();
        restore(0, RESTORE_OF_OTHERS).succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @ParameterizedTest
    @CsvSource({
        "sys_ptrace, CAP_SYS_PTRACE",
        "checkpoint_restore, CAP_CHECKPOINT_RESTORE",
        "dac_read_search, CAP_DAC_READ_SEARCH",
        "kill, CAP_KILL"
    })
    void aDumpOfOthersWithoutOneNamesIt(String without, String named) throws IOException {
        start(USER);

        Execution dump = dump(0, DUMP_OF_OTHERS.replace(without, "").strip());

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("process " + pid, named);
        assertThat(victim.verdict()).as("the tree runs on").isEqualTo("pass");
    }

    @ParameterizedTest
    @CsvSource({
        "sys_ptrace, CAP_SYS_PTRACE",
        "setuid, CAP_SETUID",
        "setgid, CAP_SETGID",
        "setpcap, CAP_SETPCAP",
        "dac_override, CAP_DAC_OVERRIDE"
    })
    void aRestoreOfOthersWithoutOneNamesIt(String without, String named) throws IOException {
        start(USER);
        dump(0, DUMP_OF_OTHERS).succeeded();
        awaitGone();

        Execution restore = restore(0, RESTORE_OF_OTHERS.replace(without, "").strip());

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains(named);
        awaitGone();
    }

    @Test
    void aUserMovesOwnProcesses() throws IOException {
        assumeTrue(
                host.exec(as(USER, "", "test", "-r", GODWIT)).code() == 0,
                "the checkout is where an ordinary user can not go");
        start(USER);

        Execution none = dump(USER, "");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.output()).contains("CAP_CHECKPOINT_RESTORE");
        dump(USER, SAME_USER, "--unprivileged").succeeded();
        awaitGone();
        restore(USER, SAME_USER, "--unprivileged").succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private void start(int uid) throws IOException {
        Path program = home.resolve("counter");
        Files.copy(victim.program(), program, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        host.exec("chown", "-R", uid + ":" + uid, victim.directory().toString()).succeeded();
        String[] command = {program.toString(), victim.directory().toString()};
        List<String> user = new ArrayList<>(List.of("setpriv", "--reuid", "" + uid, "--regid", "" + uid));
        user.addAll(List.of("--clear-groups", "--inh-caps=-all"));
        user.addAll(List.of(command));
        pid = host.spawn(Path.of("/"), user.toArray(String[]::new));
        victim.awaitReady();
    }

    private Execution dump(int uid, String capabilities, String... options) throws IOException {
        return run(uid, capabilities, Stream.of("dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    private Execution restore(int uid, String capabilities, String... options) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            for (Path file : files.toList()) {
                open(file);
            }
        }
        return run(uid, capabilities, Stream.of("restore", "-d", "-D", images.toString()), options);
    }

    private Execution run(int uid, String capabilities, Stream<String> command, String... options) throws IOException {
        Stream<String> godwit = Stream.concat(Stream.of("env", "HOME=" + home, GODWIT), command);
        return host.exec(
                as(uid, capabilities, Stream.concat(godwit, Stream.of(options)).toArray(String[]::new)));
    }

    /** A user with these capabilities and no way to others: root gets those of the bounding set, another the ambient ones. */
    private static String[] as(int uid, String capabilities, String... command) {
        StringBuilder set = new StringBuilder("-all");
        for (String capability : capabilities.isBlank() ? new String[0] : capabilities.split(" +")) {
            set.append(",+").append(capability);
        }
        List<String> all = new ArrayList<>(List.of("setpriv", "--bounding-set=" + set));
        if (uid != 0) {
            all.addAll(List.of("--reuid", "" + uid, "--regid", "" + uid, "--clear-groups"));
            all.addAll(List.of("--inh-caps=" + set, "--ambient-caps=" + set));
        }
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    /** For any user to read and write. */
    private static Path open(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        return file;
    }

    private void awaitGone() {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone", pid)
                .isTrue();
    }
}
