package io.godwit.criu.rpc;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;

/** The process at the other end. The numbers of descriptors in its requests are of its own table. */
final class RpcClient {
    private final PeerCredentials credentials;
    private final SeqPacketSocket connection;

    RpcClient(PeerCredentials credentials, SeqPacketSocket connection) {
        this.credentials = credentials;
        this.connection = connection;
    }

    static RpcClient of(SeqPacketSocket connection) throws IOException {
        return new RpcClient(connection.peer(), connection);
    }

    PeerCredentials credentials() {
        return credentials;
    }

    /**
     * Opens the directory that a descriptor of the client leads to, with the rights of this thread.
     *
     * @param what it is for, as in {@code images_dir_fd}
     * @throws RpcException if it leads to none
     */
    ClientDirectory directory(int number, String what) throws IOException {
        return new ClientDirectory(open(number, what, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY));
    }

    /**
     * Opens what a descriptor of the client leads to, for writing.
     *
     * @param what it is for, as in {@code status_fd}
     * @throws RpcException if it can not be written to
     */
    Fd writable(int number, String what) throws IOException {
        return open(number, what, Descriptors.O_WRONLY | Descriptors.O_NOCTTY);
    }

    private Fd open(int number, String what, int flags) throws IOException {
        if (credentials.pid() == 0) {
            throw RpcException.badRequest(
                    what + " " + number
                            + " can not be opened: the client is in a pid namespace that godwit can not see; run both in the same");
        }
        String path = "/proc/" + credentials.pid() + "/fd/" + number;
        Fd fd = open(path, what + " " + number, flags);
        // While the client keeps its end, the kernel keeps its pid; afterwards another process may have had it.
        if (connection.isAbandoned()) {
            fd.close();
            throw new RpcException(Errno.EBADRQC, "the client left before its " + what + " could be opened");
        }
        return fd;
    }

    /**
     * Passes if a pid means the same process to the client as to this one.
     *
     * @throws RpcException if the client is in another pid namespace
     */
    void requireSamePids() throws IOException {
        String own = ProcDirectory.own().link("ns/pid");
        String theirs = credentials.pid() == 0
                ? ""
                : ProcDirectory.process(credentials.pid()).link("ns/pid");
        if (!own.equals(theirs)) {
            throw RpcException.badRequest("the client is in another pid namespace than godwit,"
                    + " so that the pid it names means another process here: run both in the same");
        }
    }

    private static Fd open(String path, String what, int flags) throws RpcException {
        try {
            return Descriptors.open(path, flags, 0);
        } catch (LinuxException e) {
            String why = switch (e.errno()) {
                case ENOENT -> "the client has no such descriptor open";
                case ENOTDIR -> "it is no directory";
                case ENXIO -> "it is a socket";
                default -> e.errno().text();
            };
            throw RpcException.badRequest(what + " can not be opened by " + path + ": " + why);
        }
    }
}
