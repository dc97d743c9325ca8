package io.godwit.source.track;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.linux.Descriptors;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file on a disk that can be made slow for a process, by a cgroup of the blkio controller. */
final class SlowDisk implements AutoCloseable {
    private static final Path BLKIO = Path.of("/sys/fs/cgroup/blkio");
    private static final int BYTES = 1 << 20;
    private static final int BYTES_PER_SECOND = 4 << 20;

    private final Path file;
    private final Path group;

    private SlowDisk(Path file, Path group) {
        this.file = file;
        this.group = group;
    }

    /** Skips the test where there is no such controller. */
    static SlowDisk open(Path directory) throws IOException {
        assumeTrue(Files.isWritable(BLKIO.resolve("cgroup.procs")), BLKIO + " is not there");
        Path file = directory.resolve("disk");
        byte[] content = new byte[BYTES];
        java.util.Arrays.fill(content, (byte) 'd');
        Files.write(file, content);
        long device = Descriptors.status(file.toString()).device();
        String name = (device >> 8 & 0xfff) + ":" + (device & 0xff);
        assumeTrue(Files.exists(Path.of("/sys/dev/block/" + name)), file + " is not on a disk");
        Path group = Files.createDirectory(
                BLKIO.resolve("godwit-test-" + ProcessHandle.current().pid()));
        Files.writeString(group.resolve("blkio.throttle.read_bps_device"), name + " " + BYTES_PER_SECOND);
        return new SlowDisk(file, group);
    }

    Path file() {
        return file;
    }

    void slowDown(int pid) throws IOException {
        Files.writeString(group.resolve("cgroup.procs"), "" + pid);
    }

    /** Returns when a thread of the process waits for the disk. */
    void awaitRead(int pid) throws IOException {
        while (true) {
            for (int tid : ProcDirectory.process(pid).threads()) {
                if (ProcDirectory.thread(pid, tid).stat().state() == 'D') {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            Files.writeString(BLKIO.resolve("cgroup.procs"), pid);
        }
        Files.delete(group);
    }
}
