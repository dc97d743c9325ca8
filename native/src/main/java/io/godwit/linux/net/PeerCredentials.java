package io.godwit.linux.net;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.nio.IntBuffer;

/**
 * Who made the other end of a unix socket, as the kernel noted it then (SO_PEERCRED and SO_PEERGROUPS of unix(7)); for a
 * socketpair the process that made it.
 *
 * @param groups supplementary groups
 */
public record PeerCredentials(int pid, int uid, int gid, int[] groups) {
    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERGROUPS = 59;
    private static final int CREDENTIAL_BYTES = 12;
    /** NGROUPS_MAX of limits.h, 4 bytes each. */
    private static final int MAX_GROUP_BYTES = 65536 * Integer.BYTES;

    /** Of a connected socket. */
    public static PeerCredentials of(Fd socket) throws LinuxException {
        IntBuffer words = Sockets.optionBuffer(socket, Sockets.SOL_SOCKET, SO_PEERCRED, CREDENTIAL_BYTES)
                .asIntBuffer();
        return new PeerCredentials(words.get(0), words.get(1), words.get(2), groups(socket));
    }

    private static int[] groups(Fd socket) throws LinuxException {
        try {
            IntBuffer words = Sockets.optionBuffer(socket, Sockets.SOL_SOCKET, SO_PEERGROUPS, MAX_GROUP_BYTES)
                    .asIntBuffer();
            int[] groups = new int[words.remaining()];
            words.get(groups);
            return groups;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODATA) {
                return new int[0];
            }
            throw e;
        }
    }

    public boolean isRoot() {
        return uid == 0;
    }
}
