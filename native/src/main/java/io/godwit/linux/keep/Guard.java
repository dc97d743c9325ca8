package io.godwit.linux.keep;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.MachineImage;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of a few pages that kills others if this one ends before it {@link #release}s them, and holds descriptors of this one
 * until then ({@code native/src/main/c/guard.c}). Who waits for pages of a userfaultfd that is held waits on, also if it is not among
 * the processes that are known.
 */
public final class Guard implements AutoCloseable {
    private static final int HOLD = 1;
    private static final int DROP = 2;
    private static final int DONE = 3;
    private static final int END = 4;

    private final Process process;
    private final OutputStream requests;
    private final DataInputStream answers;

    private Guard(Process process) {
        this.process = process;
        this.requests = process.getOutputStream();
        this.answers = new DataInputStream(process.getInputStream());
    }

    /** Starts one that guards nothing yet. */
    public static Guard start() throws IOException {
        Path executable = MachineImage.extractGuard();
        try {
            return new Guard(new ProcessBuilder(executable.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } finally {
            Files.deleteIfExists(executable);
        }
    }

    /**
     * Has a duplicate of a descriptor held; of a pidfd, has the process killed if it comes to that.
     *
     * @return what to {@link #drop} it by
     */
    public int hold(Fd fd) throws IOException {
        ask(HOLD, fd.number());
        try {
            int held = Integer.reverseBytes(answers.readInt());
            if (held < 0) {
                throw new LinuxException("pidfd_getfd", "the guard", Errno.of(-held));
            }
            return held;
        } catch (EOFException e) {
            throw new IOException("the guard of the restored processes has ended", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Closes a duplicate. */
    public void drop(int held) throws IOException {
        ask(DROP, held);
    }

    /** Leaves the processes alone from now on. */
    public void release() throws IOException {
        ask(DONE, 0);
        awaitEnd();
    }

    private void ask(int what, int number) throws IOException {
        requests.write(ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(what)
                .putInt(number)
                .array());
        requests.flush();
    }

    private void awaitEnd() throws IOException {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the guard ended", e);
        }
    }

    /** Kills the processes that are still guarded, and returns when that is done. */
    @Override
    public void close() throws IOException {
        try (requests) {
            ask(END, 0);
        } catch (IOException e) {
            // it has ended
        }
        awaitEnd();
        answers.close();
    }
}
