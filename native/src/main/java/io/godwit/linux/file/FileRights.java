package io.godwit.linux.file;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;

/** The user and the groups as which a thread opens and makes files (setfsuid(2), credentials(7)). */
public final class FileRights {
    private FileRights() {}

    /**
     * From now on this thread, and those it starts, reach only files that the user may reach, and make files that are the user's.
     * Other rights, as that to trace processes, stay. For a thread of root.
     *
     * @throws LinuxException EPERM if the thread may not change its user
     */
    public static void assume(int uid, int gid, int[] groups) throws LinuxException {
        NativeMemory list = NativeMemory.allocate(Math.max(1, groups.length) * Integer.BYTES);
        list.buffer().asIntBuffer().put(groups);
        String who = "user " + Integer.toUnsignedString(uid);
        Kernel.check(list.during(Kernel.syscall(Syscall.SETGROUPS, groups.length, list.address())), "setgroups", who);
        set(Syscall.SETFSGID, gid, "setfsgid", who);
        set(Syscall.SETFSUID, uid, "setfsuid", who);
    }

    /** These two calls give the former id and no error; asked once more, they give what is set. */
    private static void set(int call, int id, String name, String who) throws LinuxException {
        Kernel.syscall(call, id);
        if ((int) Kernel.syscall(call, id) != id) {
            throw new LinuxException(name, who, Errno.EPERM);
        }
    }
}
