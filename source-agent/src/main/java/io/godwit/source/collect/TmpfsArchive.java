package io.godwit.source.collect;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;

/** The contents of a tmpfs as a compressed tar archive, the form in which images hold them. */
final class TmpfsArchive {
    /** It is in memory while the tree stands still. */
    private static final int LIMIT_BYTES = 16 << 20;

    private static final int AT_FDCWD = -100;
    private static final int OPEN_TREE_CLONE = 1;

    private TmpfsArchive() {}

    /**
     * What is in a mount of a process, also below other mounts.
     *
     * @throws CannotMoveException if it is too large
     */
    static byte[] of(int pid, String directory) throws IOException {
        Path errors = Files.createTempFile("godwit-tar-", ".log");
        try (Fd alone = alone(pid, directory)) {
            Process tar = new ProcessBuilder(
                            "tar",
                            "--create",
                            "--gzip",
                            "--check-links",
                            "--preserve-permissions",
                            "--sparse",
                            "--numeric-owner",
                            "--acls",
                            "--xattrs",
                            "--xattrs-include=*",
                            "--directory",
                            "/proc/" + ProcessHandle.current().pid() + "/fd/" + alone.number(),
                            ".")
                    .redirectError(errors.toFile())
                    .start();
            return contents(tar, directory, errors);
        } finally {
            Files.delete(errors);
        }
    }

    /** A mount of the same without others on it. */
    private static Fd alone(int pid, String directory) throws IOException {
        NativeMemory path = NativeMemory.string(directory);
        return NamespaceThread.in(pid, EnumSet.of(NamespaceKind.MNT), () -> {
            long tree = Kernel.syscall(
                    Syscall.OPEN_TREE, AT_FDCWD, path.address(), OPEN_TREE_CLONE | Descriptors.O_CLOEXEC);
            return Fd.of(path.during(Kernel.check(tree, "open_tree", "mount " + directory)));
        });
    }

    private static byte[] contents(Process tar, String directory, Path errors) throws IOException {
        try (InputStream out = tar.getInputStream()) {
            byte[] archive = out.readNBytes(LIMIT_BYTES + 1);
            if (archive.length > LIMIT_BYTES) {
                throw new CannotMoveException(
                        "mount " + directory,
                        "this tmpfs holds more than " + (LIMIT_BYTES >> 20)
                                + " MiB when it is compressed, which can not be moved yet",
                        "remove files from it, or give --external mnt[" + directory + "]:NAME");
            }
            int code = tar.waitFor();
            if (code != 0) {
                throw new IOException("tar could not read the tmpfs at " + directory + " (exit code " + code + "): "
                        + Files.readString(errors, StandardCharsets.UTF_8).strip());
            }
            return archive;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while tar read the tmpfs at " + directory, e);
        } finally {
            tar.destroyForcibly();
        }
    }
}
