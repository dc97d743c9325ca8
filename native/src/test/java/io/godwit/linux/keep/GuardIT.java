package io.godwit.linux.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.machine.MachineImage;
import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has a guard is killed, and a process that it did not know of waits for its memory: it must not read zeros. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardIT {
    private static final int HOLD = 1;

    /** Has a page that a userfaultfd of it is to give; reads it when it is told to, and has no such descriptor itself by then. */
    private static final String UNKNOWN = """
            import ctypes, fcntl, mmap, os, struct, sys
            fd = ctypes.CDLL(None).syscall(323, 0o2004000)
            fcntl.ioctl(fd, 0xc018aa3f, struct.pack('QQQ', 0xaa, 0, 0))
            page = mmap.mmap(-1, 4096)
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            fcntl.ioctl(fd, 0xc020aa00, struct.pack('QQQQ', address, 4096, 1, 0))
            print(fd, flush=True)
            sys.stdin.readline()
            os.close(fd)
            print(page[0], flush=True)
            """;

    private Process unknown;
    private BufferedReader answers;
    private Process guard;

    @BeforeEach
    void start() throws IOException {
        unknown = new ProcessBuilder("python3", "-c", UNKNOWN)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = unknown.inputReader();
        Path executable = MachineImage.extractGuard();
        guard = new ProcessBuilder(executable.toString()).start();
        try (Fd memory = memory()) {
            hold(memory);
        }
        Files.delete(executable);
    }

    @AfterEach
    void stop() {
        unknown.destroyForcibly();
        guard.destroyForcibly();
    }

    private Fd memory() throws IOException {
        int number = Integer.parseInt(answers.readLine());
        try (Fd pidfd = Descriptors.pidfdOpen((int) unknown.pid())) {
            return Descriptors.pidfdGetfd(pidfd, number, "the process");
        }
    }

    private void hold(Fd fd) throws IOException {
        guard.getOutputStream()
                .write(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(HOLD)
                        .putInt(fd.number())
                        .array());
        guard.getOutputStream().flush();
        assertThat(new DataInputStream(guard.getInputStream()).readInt()).isPositive();
    }

    private boolean waitsForItsPage() throws IOException {
        return ProcDirectory.process((int) unknown.pid()).text("wchan").equals("handle_userfault");
    }

    @Test
    void whoIsNotKnownWaitsForItsMemoryUntilItIsKilled() throws Exception {
        // as when its guardian is killed
        guard.getOutputStream().close();
        try (Writer command = unknown.outputWriter()) {
            command.append('\n');
        }

        while (!waitsForItsPage()) {
            assertThat(answers.ready()).as("it has read something").isFalse();
            Thread.onSpinWait();
        }
        assertThat(guard.isAlive()).isTrue();
        // not by the Process, which closes the streams
        unknown.toHandle().destroyForcibly();
        assertThat(answers.readLine()).isNull();
        assertThat(guard.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(guard.exitValue()).isZero();
    }
}
