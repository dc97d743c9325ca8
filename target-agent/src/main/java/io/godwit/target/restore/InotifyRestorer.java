package io.godwit.target.restore;

import io.godwit.image.proto.FhEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InotifyFileEntry;
import io.godwit.image.proto.InotifyWdEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.file.FileHandle;
import io.godwit.linux.proc.MountInfo;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;

/** Makes inotify(7) instances that watch what they did, each watch under its number. What happened to the files meanwhile is not told. */
final class InotifyRestorer implements KindRestorer {
    /** Sets the number of the next watch. */
    private static final int INOTIFY_IOC_SETNEXTWD = 0x40044900;
    /** All events, IN_EXCL_UNLINK and IN_ONESHOT; the others are told, not asked for. */
    private static final int ASKED = 0x84000fff;

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasIfy()) {
                table.put(file.getId(), make(file.getIfy()));
            }
        }
    }

    private static Fd make(InotifyFileEntry entry) throws IOException {
        int flags = Descriptors.O_CLOEXEC | entry.getFlags() & Descriptors.O_NONBLOCK;
        Fd fd = Fd.of(Kernel.check(Kernel.syscall(Syscall.INOTIFY_INIT1, flags), "inotify_init1", "inotify"));
        try {
            for (InotifyWdEntry watch : entry.getWdList().stream()
                    .sorted(Comparator.comparing(InotifyWdEntry::getWd))
                    .toList()) {
                watch(fd, watch);
            }
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    private static void watch(Fd fd, InotifyWdEntry watch) throws IOException {
        String path = path(watch);
        Descriptors.ioctl(fd, INOTIFY_IOC_SETNEXTWD, watch.getWd(), "inotify");
        NativeMemory name = NativeMemory.string(path);
        long wd = name.during(
                Kernel.syscall(Syscall.INOTIFY_ADD_WATCH, fd.number(), name.address(), watch.getMask() & ASKED));
        if (wd == -Errno.ENOSPC.value()) {
            throw new LinuxException(
                    "inotify_add_watch", path, Errno.ENOSPC, "raise fs.inotify.max_user_watches by sysctl");
        }
        Kernel.check(wd, "inotify_add_watch", path);
        if (wd != watch.getWd()) {
            throw new RestoreException("the watch of " + path + " got the number " + wd + " and not " + watch.getWd()
                    + "; is another path of the same file watched by it?");
        }
    }

    /** The path of the images, if they have one: a handle is good on the host alone where it was made. */
    private static String path(InotifyWdEntry watch) throws IOException {
        FhEntry entry = watch.getFHandle();
        if (!entry.getPath().isEmpty()) {
            return entry.getPath();
        }
        ByteBuffer words =
                ByteBuffer.allocate(entry.getHandleCount() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entry.getHandleList().forEach(words::putLong);
        byte[] bytes = new byte[Math.max(0, Math.min(entry.getBytes(), words.capacity()))];
        words.get(0, bytes);
        FileHandle handle =
                new FileHandle(Integer.toUnsignedLong(watch.getSDev()), watch.getIIno(), entry.getType(), bytes);
        return handle.path(MountInfo.ofThisProcess())
                .orElseThrow(() -> new RestoreException("the file of inode " + watch.getIIno()
                        + ", which inotify watched (watch " + watch.getWd() + "), can not be found on this host"));
    }
}
