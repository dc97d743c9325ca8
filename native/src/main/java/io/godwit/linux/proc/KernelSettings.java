package io.godwit.linux.proc;

import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the kernel, as files below /proc/sys. Many belong to the namespaces of the thread that asks. */
public final class KernelSettings {
    private static final String DIRECTORY = "/proc/sys/";

    private KernelSettings() {}

    /**
     * The value of one.
     *
     * @param name its path, such as {@code kernel/shmmax}
     */
    public static String read(String name) throws LinuxException {
        return new String(ProcFile.read(DIRECTORY + name), StandardCharsets.UTF_8).strip();
    }

    /** Sets one. */
    public static void write(String name, String value) throws IOException {
        Files.writeString(Path.of(DIRECTORY + name), value);
    }

    /**
     * How many objects of System V of a kind there are.
     *
     * @param kind {@code shm}, {@code msg} or {@code sem}
     */
    public static long objects(String kind) throws LinuxException {
        String list = new String(ProcFile.read("/proc/sysvipc/" + kind), StandardCharsets.UTF_8);
        return list.lines().skip(1).count();
    }
}
