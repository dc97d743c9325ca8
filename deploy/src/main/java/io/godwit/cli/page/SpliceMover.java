package io.godwit.cli.page;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.page.criu.server.SocketMover;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Moves bytes through a pipe by splice(2): the one copy is that into the file's page cache, where recv(2) and write(2) make two.
 */
final class SpliceMover implements SocketMover {
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int FLAGS = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
    private static final int PIPE_BYTES = 1 << 20;

    private final NativeMemory position = NativeMemory.allocate(Long.BYTES);
    private Fd[] pipe;
    private Path path;
    private Fd file;

    @Override
    public long move(int socket, Path to, long offset, long bytes) throws IOException {
        open(to);
        long taken = Kernel.syscall(Syscall.SPLICE, socket, 0, pipe[1].number(), 0, Math.min(bytes, PIPE_BYTES), FLAGS);
        if (taken == -Errno.EAGAIN.value() || taken == -Errno.EINTR.value()) {
            return 0;
        }
        Kernel.check(taken, "splice", "the connection");
        put(offset, taken);
        return taken;
    }

    private void put(long offset, long bytes) throws LinuxException {
        position.buffer().putLong(0, offset);
        for (long left = bytes; left > 0; ) {
            long put = Kernel.syscall(
                    Syscall.SPLICE, pipe[0].number(), 0, file.number(), position.address(), left, SPLICE_F_MOVE);
            if (put != -Errno.EINTR.value()) {
                left -= Kernel.check(put, "write to", path.toString());
            }
        }
    }

    private void open(Path to) throws LinuxException {
        if (pipe == null) {
            pipe = Descriptors.pipe(0);
            // more in the pipe are fewer calls; if the user's pipes are at their limit, it stays as it is
            Kernel.syscall(Syscall.FCNTL, pipe[1].number(), Descriptors.F_SETPIPE_SZ, PIPE_BYTES);
        }
        if (!to.equals(path)) {
            if (file != null) {
                file.close();
            }
            file = Descriptors.open(to.toString(), Descriptors.O_WRONLY, 0);
            path = to;
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
        if (pipe != null) {
            pipe[0].close();
            pipe[1].close();
        }
    }
}
