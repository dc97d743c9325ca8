package io.godwit.linux.keep;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The attention of a keeper, which only one caller has at a time, and duplicates of what it keeps. If this is closed, or
 * this process ends, before {@link #takeOver}, the keeper goes on as if nothing had been.
 */
public final class Floor implements AutoCloseable {
    /** Where the keeper puts its first descriptor, the pidfd. */
    private static final int FIRST = 4;

    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int POLLIN = 1;
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final Fd connection;
    private final List<Fd> descriptors = new ArrayList<>();
    private Fd keeper;

    private Floor(String name, Fd connection) {
        this.name = name;
        this.connection = connection;
    }

    /**
     * Asks a keeper for the floor.
     *
     * @return empty if there is no such keeper, or it is another user's
     * @throws IOException if another command has the floor and does not give it back
     */
    public static Optional<Floor> ask(String name) throws IOException {
        Floor floor = new Floor(name, Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0));
        try {
            if (floor.connect() && floor.duplicate()) {
                return Optional.of(floor);
            }
        } catch (IOException e) {
            floor.close();
            throw e;
        }
        floor.close();
        return Optional.empty();
    }

    private boolean connect() throws LinuxException {
        NativeMemory limit = NativeMemory.allocate(16);
        limit.buffer().putLong(0, PATIENCE_SECONDS);
        Sockets.setOption(connection, Sockets.SOL_SOCKET, SO_RCVTIMEO, limit);
        Sockets.setOption(connection, Sockets.SOL_SOCKET, SO_SNDTIMEO, limit);
        byte[] path = name.getBytes(StandardCharsets.US_ASCII);
        byte[] address = new byte[3 + path.length];
        address[0] = Sockets.AF_UNIX;
        System.arraycopy(path, 0, address, 3, path.length);
        NativeMemory raw = NativeMemory.of(address);
        long result = raw.during(Kernel.syscall(Syscall.CONNECT, connection.number(), raw.address(), address.length));
        if (result == -Errno.ECONNREFUSED.value()) {
            return false;
        }
        Kernel.check(result, "connect", name);
        return true;
    }

    /** The pidfd is made before the keeper is heard, and so can be no other process's. */
    private boolean duplicate() throws IOException {
        PeerCredentials peer = PeerCredentials.of(connection);
        if (!peer.isRoot() && peer.uid() != Kernel.syscall(Syscall.GETEUID)) {
            return false;
        }
        try {
            keeper = Descriptors.pidfdOpen(peer.pid());
            int count = hear();
            for (int i = 0; i < count; i++) {
                descriptors.add(Descriptors.pidfdGetfd(keeper, FIRST + i, "the keeper " + name));
            }
            return count > 0;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    private int hear() throws IOException {
        NativeMemory count = NativeMemory.allocate(Integer.BYTES);
        long bytes = Kernel.syscall(Syscall.READ, connection.number(), count.address(), Integer.BYTES);
        if (bytes == -Errno.EAGAIN.value()) {
            throw new IOException(
                    "another command uses what the keeper " + name + " keeps; try again when it has ended");
        }
        if (bytes == 0 || bytes == -Errno.ECONNRESET.value()) {
            return 0;
        }
        Kernel.check(bytes, "read", name);
        return count.buffer().getInt(0);
    }

    /** A pidfd of the process with which the keeper ends. */
    public Fd owner() {
        return descriptors.get(0);
    }

    /** What else is kept, in the order in which it was given. Closed with this, but for those that were released. */
    public List<Fd> kept() {
        return descriptors.subList(1, descriptors.size());
    }

    /** Ends the keeper, unless it has ended already: when this returns, only this process has the descriptors. */
    public void takeOver() throws IOException {
        NativeMemory word = NativeMemory.allocate(1);
        long result = word.during(Kernel.syscall(Syscall.WRITE, connection.number(), word.address(), 1));
        if (result != -Errno.EPIPE.value()) {
            Kernel.check(result, "write", name);
        }
        awaitEnd();
    }

    /** A process that is seen to have ended has closed what it had. */
    private void awaitEnd() throws IOException {
        if (Descriptors.poll(keeper, POLLIN, (int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)) == 0) {
            throw new IOException("the keeper " + name + " does not end; end it by SIGKILL, and try again");
        }
    }

    @Override
    public void close() {
        connection.close();
        if (keeper != null) {
            keeper.close();
        }
        descriptors.forEach(Fd::close);
    }
}
