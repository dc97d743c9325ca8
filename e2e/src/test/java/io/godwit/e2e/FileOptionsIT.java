package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.FileOptions;
import io.godwit.target.restore.FileOptions.Validation;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of open files when a tree is dumped and restored. */
class FileOptionsIT {
    private static final int F_SETFD = 2;

    private final FileOptions dumped = FileOptions.defaults();
    private final io.godwit.target.restore.FileOptions restored = io.godwit.target.restore.FileOptions.defaults();

    @TempDir
    private Path images;

    @Test
    void aSparseDeletedFileIsAsLargeAsItsData() throws IOException {
        try (LocalVictim victim = LocalVictim.start("deleted")) {
            dump(victim, dumped.withGhostLimit(64 << 10));

            assertThat(Files.size(images.resolve("ghost-file-1.img"))).isLessThan(64 << 10);
            restore(restored);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDeviceWhosePathLeadsElsewhereIsOpenedByAnother() throws IOException {
        try (LocalVictim victim = LocalVictim.start("device")) {
            assertThatThrownBy(() -> dump(victim, dumped))
                    .hasMessageContaining(victim.directory() + "/nothing")
                    .hasMessageContaining("--evasive-devices");
            dump(victim, dumped.withEvasiveDevices(true));
            restore(restored);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aFileThatItsPathDoesNotLeadToIsNamed() throws IOException {
        try (LocalVictim victim = LocalVictim.start("queue")) {
            assertThatThrownBy(() -> dump(victim, dumped))
                    .hasMessageContaining("/godwit-victim")
                    .hasMessageContaining("does not lead to it");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDeletedFileThatIsTooLargeIsNamed() throws IOException {
        try (LocalVictim victim = LocalVictim.start("deleted")) {
            assertThatThrownBy(() -> dump(victim, dumped.withGhostLimit(4 << 10)))
                    .hasMessageContaining(victim.directory() + "/gone")
                    .hasMessageContaining("4096 bytes")
                    .hasMessageContaining("--ghost-limit");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aFileThatLostItsNameGetsAnotherUntilItIsRestored() throws IOException {
        try (LocalVictim victim = LocalVictim.start("unlinked")) {
            assertThatThrownBy(() -> dump(victim, dumped))
                    .hasMessageContaining("lost")
                    .hasMessageContaining("--link-remap");

            dump(victim, dumped.withLinkRemap(true));

            assertThat(remaps(victim)).isEqualTo(1);
            restore(restored);
            assertThat(remaps(victim)).isZero();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDumpThatFailsTakesTheNameBack() throws IOException {
        try (LocalVictim victim = LocalVictim.start("unlinked")) {
            DumpOptions options = DumpOptions.defaults(victim.pid(), images).withFiles(dumped.withLinkRemap(true));
            DumpListener refusal = new DumpListener() {
                @Override
                public void imagesComplete() throws IOException {
                    assertThat(remaps(victim)).isEqualTo(1);
                    throw new IOException("refused");
                }
            };

            assertThatThrownBy(() -> new Dumper(refusal).run(options)).hasMessage("refused");

            assertThat(remaps(victim)).isZero();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aLogThatHasGrownSinceTheDumpIsAppendedTo() throws IOException {
        try (LocalVictim victim = LocalVictim.start("files")) {
            dump(victim, dumped);
            Path log = victim.directory().resolve("append");
            Files.writeString(log, "second", StandardOpenOption.APPEND);

            assertRefused(victim, io.godwit.target.restore.FileOptions.ofMigration(), log + " has 12 bytes here");
            restore(restored);
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(log).hasContent("first secondsecond");
        }
    }

    @Test
    void aFileOfAnotherSizeOrWithOtherPermissionsIsRefused() throws IOException {
        try (LocalVictim victim = LocalVictim.start("files")) {
            dump(victim, dumped);
            Path file = victim.directory().resolve("append");
            String before = Files.readString(file);

            Files.writeString(file, "cut");
            assertRefused(victim, restored, file + " has 3 bytes here");
            Files.writeString(file, before);
            Path read = victim.directory().resolve("read");
            String all = Files.readString(read);
            Files.writeString(read, all + "more");
            assertRefused(victim, restored, read + " has " + (all.length() + 4) + " bytes here");
            Files.writeString(read, all);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertRefused(victim, restored, file + " has the permissions 666 here and had 640");

            restore(restored.withPermissionCheck(false));
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aProgramOfAnotherBuildIsRefused() throws IOException {
        Victim victim = Victim.of("counter");
        Path program = Files.copy(victim.program(), victim.directory().resolve("program"));
        try (LocalVictim running = LocalVictim.start(victim, program)) {
            dump(running, dumped);

            changeBuildId(program);

            assertRefused(running, restored, program + " has the build id");
            restore(restored.withValidation(Validation.SIZE));
            assertThat(running.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theRestorePassesOnWhatWasOutside() throws IOException {
        try (LocalVictim victim = LocalVictim.start("outside")) {
            Outside outside = Outside.of(victim);
            assertThatThrownBy(() -> dump(victim, dumped))
                    .hasMessageContaining(outside.socket())
                    .hasMessageContaining("not in the tree");
            dump(victim, dumped.withExternal(outside.external()));
            assertOthersArePassedOn(victim, outside);
        }
    }

    @Test
    void whatIsOutsideCanBeNamedWhenTheTreeStandsStill() throws IOException {
        try (LocalVictim victim = LocalVictim.start("outside")) {
            Outside outside = Outside.of(victim);
            DumpOptions options = DumpOptions.defaults(victim.pid(), images).withFiles(dumped);
            assertThatThrownBy(() -> new Dumper(naming(Set.of())).run(options))
                    .hasMessageContaining(outside.socket())
                    .hasMessageContaining("not in the tree");
            assertThat(images).isEmptyDirectory();
            assertThat(victim.state()).isEqualTo("S");

            new Dumper(naming(outside.external())).run(options);

            assertThat(victim.ends()).isTrue();
            assertOthersArePassedOn(victim, outside);
        }
    }

    /** Names files as a client of the RPC does. */
    private static DumpListener naming(Set<String> external) {
        return new DumpListener() {
            @Override
            public boolean namesExternalFiles() {
                return true;
            }

            @Override
            public Set<String> externalFiles() {
                return external;
            }
        };
    }

    /** What the victim {@code outside} shares with others, and the path of its file. */
    private record Outside(String pipe, String socket, String file, Path path) {
        static Outside of(LocalVictim victim) throws IOException {
            return new Outside(link(victim, 20), link(victim, 21), key(victim, 22), Path.of(link(victim, 22)));
        }

        Set<String> external() {
            return Set.of(file, "unix[" + inode(socket) + "]");
        }
    }

    private void assertOthersArePassedOn(LocalVictim victim, Outside outside) throws IOException {
        Files.delete(outside.path());
        assertRefused(victim, restored, "--inherit-fd fd[N]:file[");

        Path other = Files.writeString(images.resolve("other"), "a file of the restore");
        Fd[] newPipe = Descriptors.pipe(0);
        Fd[] newPair = Sockets.pair(Sockets.AF_UNIX, Sockets.SOCK_STREAM);
        try (Fd end = newPipe[0];
                Fd writer = newPipe[1];
                Fd given = newPair[0];
                Fd kept = newPair[1];
                Fd opened = Descriptors.open(other.toString(), Descriptors.O_RDWR, 0)) {
            restore(restored.withInherited(Map.of(
                    outside.pipe(),
                    passedOn(end),
                    outside.socket(),
                    passedOn(given),
                    outside.file(),
                    passedOn(opened))));
            write(writer, "a pipe of the restore");
            write(kept, "a socket of the restore");
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(read(kept)).isEqualTo("answer");
        }
    }

    private void dump(LocalVictim victim, FileOptions files) throws IOException {
        new Dumper().run(DumpOptions.defaults(victim.pid(), images).withFiles(files));
        assertThat(victim.ends()).isTrue();
    }

    private void restore(io.godwit.target.restore.FileOptions files) throws IOException {
        RestoreOptions options = RestoreOptions.defaults().withFiles(files);
        Restorer.restore(images, options).resume();
    }

    private void assertRefused(LocalVictim victim, io.godwit.target.restore.FileOptions files, String words) {
        assertThatThrownBy(() -> restore(files)).hasMessageContaining(words);
        assertThat(victim.state()).isEqualTo("gone");
    }

    private static long remaps(LocalVictim victim) throws IOException {
        try (var files = Files.list(victim.directory())) {
            return files.filter(file -> file.getFileName().toString().startsWith("link_remap."))
                    .count();
        }
    }

    private static String link(LocalVictim victim, int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + victim.pid() + "/fd/" + fd))
                .toString();
    }

    private static String inode(String link) {
        return link.replaceAll("\\D", "");
    }

    /** As {@code --external} names a file: the mount and the inode in hexadecimal. */
    private static String key(LocalVictim victim, int fd) throws IOException {
        Path proc = Path.of("/proc/" + victim.pid());
        int mount = Files.readAllLines(proc.resolve("fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("mnt_id:"))
                .map(line -> Integer.parseInt(line.substring("mnt_id:".length()).strip()))
                .findFirst()
                .orElseThrow();
        long inode = (Long) Files.getAttribute(proc.resolve("fd/" + fd), "unix:ino");
        return String.format(Locale.ROOT, "file[%x:%x]", mount, inode);
    }

    private static int passedOn(Fd fd) throws IOException {
        Descriptors.fcntl(fd, F_SETFD, 0);
        return fd.number();
    }

    private static void write(Fd fd, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        NativeMemory memory = NativeMemory.of(bytes);
        Descriptors.writeFully(fd, memory.address(), bytes.length);
    }

    private static String read(Fd fd) throws IOException {
        NativeMemory memory = NativeMemory.allocate(64);
        int got = Descriptors.read(fd, memory.address(), memory.size());
        return new String(memory.bytes(0, got), UTF_8);
    }

    /** The note begins with the sizes of name and id, the type 3 and the name; then the id follows. */
    private static void changeBuildId(Path program) throws IOException {
        byte[] bytes = Files.readAllBytes(program);
        byte[] note = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};
        int at = 0;
        while (!ByteBuffer.wrap(bytes, at, note.length).equals(ByteBuffer.wrap(note))) {
            at++;
        }
        bytes[at + note.length] ^= 1;
        Files.write(program, bytes);
    }
}
