package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A service of root, asked by a user who is not root: own processes may be dumped, and nothing else be reached by it. */
class RpcUsersIT {
    private static final int USER = 65534;
    private static final int OTHER_USER = 65533;
    private static final String DENIED = "failed -52 errno 1\n";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private NamespaceHost host;
    private RpcService service;
    private Libcriu user;
    private Path home;
    private Path images;

    @BeforeEach
    void start() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
        service = RpcService.start(host);
        home = Files.createTempDirectory("godwit-user-");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        user = Libcriu.connecting(host, service.socket(), readable(Libcriu.program()), USER);
        images = ownedByUser(Files.createDirectory(home.resolve("images")));
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
        host.close();
        Victim.deleteTree(home);
    }

    @Test
    void ownProcessesAreDumpedIntoFilesOfTheUser() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim, USER);
            Execution dump = user.ask("dump", pid, images, "notify").succeeded();

            assertThat(dump.output()).endsWith("notify post-dump\nresult 0\n");
            assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
            try (Stream<Path> files = Files.list(images)) {
                for (Path file : files.toList()) {
                    assertThat(Files.getAttribute(file, "unix:uid"))
                            .as("owner of %s", file)
                            .isEqualTo(USER);
                    assertThat(Files.getAttribute(file, "unix:gid"))
                            .as("group of %s", file)
                            .isEqualTo(USER);
                }
            }
            assertThat(user.ask("restore", images).output())
                    .as("only root may restore")
                    .isEqualTo(DENIED);
            Libcriu.connecting(host, service.socket()).ask("restore", images).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void processesOfOthersAreNotEvenTouched() throws IOException {
        try (Victim ofRoot = Victim.of("counter");
                Victim ofAnother = Victim.of("counter")) {
            int root = spawn(ofRoot, 0);
            int another = spawn(ofAnother, OTHER_USER);

            assertThat(user.ask("dump", root, images).output()).isEqualTo(DENIED);
            assertThat(user.ask("dump", another, images).output()).isEqualTo(DENIED);
            assertThat(user.ask("dump", 1, images).output()).isEqualTo(DENIED);

            assertThat(images).isEmptyDirectory();
            assertThat(ofRoot.verdict()).isEqualTo("pass");
            assertThat(ofAnother.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aProcessInANamespaceOfItsOwnIsForRoot() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim, USER, "unshare", "--uts");

            assertThat(user.ask("dump", pid, images).output()).isEqualTo(DENIED);

            assertThat(images).isEmptyDirectory();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void roundsBeforeADumpAreForRoot() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim, USER);

            assertThat(user.ask("pre-dump", pid, images).output()).isEqualTo(DENIED);
            assertThat(user.ask("dump", pid, images, "parent=../other").output())
                    .isEqualTo(DENIED);

            assertThat(images).isEmptyDirectory();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aLinkInTheImagesDirectoryDoesNotLeadToFilesOfRoot() throws IOException {
        Path secret = Files.writeString(home.resolve("secret"), "of root");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim, USER);
            Files.createSymbolicLink(images.resolve("pages-1.img"), secret);
            Files.createSymbolicLink(images.resolve("inventory.img"), secret);

            user.ask("dump", pid, images);
            user.ask("dump", pid, images.resolveSibling("secret"));

            assertThat(secret).hasContent("of root");
        }
    }

    @Test
    void aDirectoryThatTheUserMayNotWriteToIsNotWrittenTo() throws IOException {
        Path ofRoot = Files.createDirectory(home.resolve("of-root"));
        Files.setPosixFilePermissions(ofRoot, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim, USER);

            assertThat(user.ask("dump", pid, ofRoot).output()).startsWith("failed -52");

            assertThat(ofRoot).isEmptyDirectory();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theVersionIsForEverybody() throws IOException {
        assertThat(user.ask("version").succeeded().output()).isEqualTo("result 40200\n");
        assertThat(user.ask("check").succeeded().output()).isEqualTo("result 0\n");
    }

    private int spawn(Victim victim, int uid, String... before) throws IOException {
        host.exec("chown", "-R", uid + ":" + uid, victim.directory().toString()).succeeded();
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(Libcriu.asUser(uid));
        command.add(readable(victim.program()).toString());
        command.add(victim.directory().toString());
        int pid = host.spawn(Path.of("/"), command.toArray(String[]::new));
        victim.awaitReady();
        return pid;
    }

    private Path ownedByUser(Path directory) throws IOException {
        host.exec("chown", USER + ":" + USER, directory.toString()).succeeded();
        return directory;
    }

    /** The checkout may be where the user can not go. */
    private Path readable(Path program) throws IOException {
        Path copy = home.resolve(program.getFileName().toString());
        if (!Files.exists(copy)) {
            Files.copy(program, copy, StandardCopyOption.COPY_ATTRIBUTES);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return copy;
    }
}
