package io.godwit.linux.machine;

import io.godwit.linux.file.Writers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * What is compiled from C: the machine, a flat blob to inject, and tiny programs, such as the seed that restored tasks start as.
 */
public final class MachineImage {
    /** A child of another thread, which has the program open as long as it has not executed its own. */
    private static final Duration CHILDREN_EXECUTE = Duration.ofSeconds(5);

    /** Of the int3 in the machine; machine_entry.S puts it there. */
    static final int TRAP_OFFSET = 16;

    static final int TRAP_BYTES = 1;

    private static final String TEXT = "machine.bin";
    private static final String WAY_HOME = "way-home.bin";
    private static final String SEED = "godwit-seed";
    private static final String KEEPER = "godwit-keeper";
    private static final String GUARD = "godwit-guard";
    private static final String NICE = "godwit-nice";
    private static final String DUMMY = "godwit-dummy";

    private MachineImage() {}

    /** Read once: each task of a frozen tree needs it. */
    private static final class Code {
        static final byte[] MACHINE = read(TEXT);
        static final byte[] WAY = read(WAY_HOME);

        private static byte[] read(String name) {
            try {
                return resource(name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The position-independent code of the interpreter. */
    public static byte[] text() {
        return Code.MACHINE.clone();
    }

    /** How many bytes {@link #wayHome} has, without a copy of them. */
    static int wayHomeBytes() {
        return Code.WAY.length;
    }

    /** As {@link WayHome} needs it. */
    static byte[] wayHome() {
        return Code.WAY.clone();
    }

    /** Where to start in the code: with rdi = the arena's address, rsp = the top of a stack, rbx = where to go in the end. */
    public static int entryOffset() {
        return 0;
    }

    /** Writes the seed as an executable file into the directory; the caller deletes it. */
    public static Path extractSeed(Path directory) throws IOException {
        return extract(SEED, directory);
    }

    /** As {@link #extractSeed(Path)}, into the directory for temporary files, which must not be mounted noexec. */
    public static Path extractSeed() throws IOException {
        return extract(SEED, temporary());
    }

    /** Writes the keeper as an executable file, as {@link #extractSeed()} does the seed. */
    public static Path extractKeeper() throws IOException {
        return extract(KEEPER, temporary());
    }

    /** The program that ends processes if their guardian ends, as a new file that the caller deletes. */
    public static Path extractGuard() throws IOException {
        return extract(GUARD, temporary());
    }

    /** The program that gives a session its nice value back if its parent ends, as a new file that the caller deletes. */
    public static Path extractNice() throws IOException {
        return extract(NICE, temporary());
    }

    /** The program that is moved in rehearsals, as a new file that the caller deletes. */
    public static Path extractDummy() throws IOException {
        return extract(DUMMY, temporary());
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Path extract(String name, Path directory) throws IOException {
        Path program = Files.createTempFile(
                directory,
                name + "-",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.write(program, resource(name));
            Writers.awaitNone(program, CHILDREN_EXECUTE);
            return program;
        } catch (IOException e) {
            Files.deleteIfExists(program);
            throw e;
        }
    }

    /** Writes a shared library into the directory for temporary files; the caller deletes it once it is loaded. */
    static Path extractLibrary(String name) throws IOException {
        Path library = Files.createTempFile(
                Path.of(System.getProperty("java.io.tmpdir")),
                "",
                "-" + name,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.write(library, resource(name));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MachineImage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(
                        "the machine's code " + name + " is missing from the jar; build it with `make -C native`");
            }
            return in.readAllBytes();
        }
    }
}
