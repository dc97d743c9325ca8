package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Files that the tree gets from whoever asked for the restore, in place of those that it had. */
final class InheritedFiles implements KindRestorer {
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Map<String, Integer> byResource;
    private final Set<String> elsewhere;

    /**
     * Those of a tree.
     *
     * @param byResource descriptors of this process by the resource that they stand for
     * @param elsewhere resources that are no files
     */
    InheritedFiles(Map<String, Integer> byResource, Set<String> elsewhere) {
        this.elsewhere = elsewhere;
        this.byResource = new TreeMap<>(byResource);
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Set<String> used = new HashSet<>();
        for (FileEntry file : snapshot.files().values()) {
            String resource = resource(file, snapshot);
            Integer number = byResource.get(resource);
            if (number != null) {
                requireInherited(number, resource);
                table.put(file.getId(), take(Fd.of(number), file));
                used.add(resource);
            }
        }
        byResource.forEach((resource, number) -> {
            if (!used.contains(resource) && !elsewhere.contains(resource)) {
                table.warn("fd " + number + " was given for " + resource + ", which the tree does not have open");
            }
        });
    }

    private static String resource(FileEntry file, Snapshot snapshot) {
        return switch (file.getType()) {
            case REG ->
                file.getReg().getExt()
                        ? file.getReg().getName()
                        : withoutSlash(file.getReg().getName());
            case PIPE -> "pipe:[" + Integer.toUnsignedString(file.getPipe().getPipeId()) + "]";
            case UNIXSK -> "socket:[" + Integer.toUnsignedString(file.getUsk().getIno()) + "]";
            case MEMFD -> {
                var inode = snapshot.memfds()
                        .get(Integer.toUnsignedLong(file.getMemfd().getInodeId()));
                yield inode == null ? "" : "/memfd:" + inode.getName();
            }
            default -> "";
        };
    }

    private static String withoutSlash(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** What Java itself has open is close-on-exec, and what was passed on to this program can not be. */
    private static void requireInherited(int number, String resource) throws RestoreException {
        long flags = Kernel.syscall(Syscall.FCNTL, number, F_GETFD, 0);
        if (Kernel.failed(flags) || (flags & FD_CLOEXEC) != 0) {
            throw new RestoreException("fd " + number + ", which was given for " + resource
                    + ", is not open in this process; open it when you start the restore, as in " + number
                    + "<>FILE");
        }
    }

    /** Each end of a pipe has flags of its own; all else is shared with the caller. */
    private static Fd take(Fd given, FileEntry file) throws LinuxException {
        if (file.hasPipe()) {
            int flags = file.getPipe().getFlags();
            Fd end = FileFlags.reopen(given, flags | Descriptors.O_NONBLOCK);
            FileFlags.apply(end, flags);
            return end;
        }
        return Fd.of(Descriptors.fcntl(given, F_DUPFD_CLOEXEC, 0));
    }
}
