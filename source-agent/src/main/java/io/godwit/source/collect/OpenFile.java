package io.godwit.source.collect;

import io.godwit.image.proto.FownEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.proc.FdInfo;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;

/**
 * One descriptor of a process, with a duplicate of it in ours, through which its open file description
 * can be asked.
 *
 * @param link what /proc/PID/fd/FD points to, for example {@code pipe:[4711]}
 */
public record OpenFile(int pid, int fd, String link, FdInfo info, Fd duplicate, FileStatus status)
        implements AutoCloseable {
    private static final String DELETED = " (deleted)";
    private static final int OWNER_BYTES = 8;

    /** Duplicates a descriptor; needs a pidfd of the process. */
    static OpenFile of(int pid, Fd pidfd, int fd) throws IOException {
        return of(pid, pidfd, fd, ProcDirectory.process(pid).fdInfo(fd));
    }

    /** As {@link #of(int, Fd, int)}, where it was asked already what it is like. */
    static OpenFile of(int pid, Fd pidfd, int fd, FdInfo info) throws IOException {
        String link = ProcDirectory.process(pid).link("fd/" + fd);
        Fd duplicate = Descriptors.pidfdGetfd(pidfd, fd, "process " + pid);
        return new OpenFile(pid, fd, link, info, duplicate, Descriptors.status(duplicate));
    }

    /** For messages: {@code fd 5 (pipe:[4711]) of process 4711}. */
    public String describe() {
        return "fd " + fd + " (" + link + ") of process " + pid;
    }

    /** The path under /proc by which the file can be opened anew. */
    String proc() {
        return "/proc/" + pid + "/fd/" + fd;
    }

    public int flags() {
        return info.descriptionFlags();
    }

    /** Whether the kernel says that it has no name any more. */
    public boolean deleted() {
        return link.endsWith(DELETED) && status.links() == 0;
    }

    /** The path without the kernel's mark. */
    public String path() {
        return link.endsWith(DELETED) ? link.substring(0, link.length() - DELETED.length()) : link;
    }

    boolean anonymous(String name) {
        return link.equals("anon_inode:" + name) || link.equals("anon_inode:[" + name + "]");
    }

    /** The TCP connection that this is an end of. */
    TcpConnection connection() throws IOException {
        return TcpConnection.of(Sockets.name(duplicate), Sockets.peer(duplicate));
    }

    /** Who gets the signals of F_SETOWN, and which (fcntl(2)). */
    FownEntry owner() throws IOException {
        FownEntry.Builder owner = FownEntry.newBuilder()
                .setUid(0)
                .setEuid(0)
                .setSignum(0)
                .setPidType(0)
                .setPid(0);
        if ((flags() & Descriptors.O_PATH) != 0) {
            return owner.build();
        }
        NativeMemory answer = NativeMemory.allocate(OWNER_BYTES);
        Descriptors.fcntl(duplicate, Descriptors.F_GETOWN_EX, answer.address());
        if (answer.buffer().getInt(4) != 0) {
            owner.setPidType(answer.buffer().getInt(0)).setPid(answer.buffer().getInt(4));
        }
        return owner.setSignum((int) Descriptors.fcntl(duplicate, Descriptors.F_GETSIG, 0))
                .build();
    }

    @Override
    public void close() {
        duplicate.close();
    }
}
