package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Tries what can be read from files of the kernel. */
final class FileProbes {
    private static final int LOCK_EXCLUSIVE = 2;
    private static final int SHELL_SECONDS = 20;
    /** A program on an overlay shows its own mappings; the device must be that of the file. */
    private static final String OVERLAY_SCRIPT = """
            mount -t tmpfs none /mnt && cd /mnt && mkdir l u w m && cp /bin/cat l/ &&
            mount -t overlay -o lowerdir=l,upperdir=u,workdir=w none m || exit 1
            set -- $(m/cat /proc/self/maps | head -n 1)
            d=$(stat -c %d m/cat)
            [ "$4" = "$(printf '%02x:%02x' $((d >> 8)) $((d & 255)))" ] && exit
            echo "a mapping shows device $4"
            exit 1
            """;

    private FileProbes() {}

    static Probe exists(String path) {
        return subject -> {
            expect(Files.exists(Path.of(path)), "there is no " + path);
            return "";
        };
    }

    static String mountId(Subject subject) throws IOException {
        return contains("/proc/self/fdinfo/0", "mnt_id:");
    }

    static String namespacePids(Subject subject) throws IOException {
        return contains("/proc/self/status", "\nNSpid:");
    }

    static String autofs(Subject subject) throws IOException {
        return contains("/proc/filesystems", "\tautofs\n");
    }

    static String appArmorStacking(Subject subject) throws IOException {
        return contains("/sys/kernel/security/apparmor/features/domain/stack", "yes");
    }

    static String fileLocks(Subject subject) throws IOException {
        try (Fd file = Descriptors.memfdCreate("godwit-check", 0)) {
            Kernel.check(Kernel.syscall(Syscall.FLOCK, file.number(), LOCK_EXCLUSIVE), "flock", "a memfd");
            return contains("/proc/self/fdinfo/" + file.number(), "lock:");
        }
    }

    /** Writes what is there already. */
    static String loginUser(Subject subject) throws IOException {
        Path file = Path.of("/proc/self/loginuid");
        expect(Files.exists(file), "there is no " + file);
        Files.write(file, Files.readAllBytes(file));
        return "";
    }

    static String overlayMaps(Subject subject) throws IOException {
        Process shell = new ProcessBuilder("unshare", "-m", "sh", "-c", OVERLAY_SCRIPT)
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        try {
            String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            expect(shell.waitFor(SHELL_SECONDS, TimeUnit.SECONDS), "the shell does not end");
            expect(shell.exitValue() == 0, output);
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            shell.destroyForcibly();
        }
    }

    private static String contains(String path, String text) throws IOException {
        expect(Files.exists(Path.of(path)), "there is no " + path);
        expect(
                Files.readString(Path.of(path), StandardCharsets.ISO_8859_1).contains(text),
                path + " does not tell '" + text.strip() + "'");
        return "";
    }

    static void expect(boolean held, String otherwise) throws IOException {
        if (!held) {
            throw new IOException(otherwise);
        }
    }
}
