package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.TimerfdEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;

/** Makes timerfds, arms them with the time that was left, and puts back expirations that nobody had read. */
final class TimerFdRestorer implements KindRestorer {
    private static final int TFD_TIMER_ABSTIME = 1;
    private static final long TFD_IOC_SET_TICKS = 0x40085400L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int ITIMERSPEC_BYTES = 32;

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasTfd()) {
                table.put(file.getId(), make(file.getTfd()));
            }
        }
    }

    private static Fd make(TimerfdEntry entry) throws IOException {
        String what = "timerfd " + entry.getId();
        int flags = entry.getFlags() & Descriptors.O_NONBLOCK | Descriptors.O_CLOEXEC;
        long result = Kernel.syscall(Syscall.TIMERFD_CREATE, entry.getClockid(), flags);
        Fd fd = Fd.of(Kernel.check(result, "timerfd_create", what));
        if (entry.getVsec() != 0 || entry.getVnsec() != 0 || overdue(entry)) {
            arm(fd, entry, what);
        }
        if (entry.getTicks() != 0) {
            NativeMemory ticks = NativeMemory.allocate(Long.BYTES);
            ticks.buffer().putLong(0, entry.getTicks());
            Descriptors.ioctl(fd, TFD_IOC_SET_TICKS, ticks.address(), "the expirations of " + what);
            Reference.reachabilityFence(ticks);
        }
        return fd;
    }

    /** A periodic timer that has expired and was not read stands still with no time left, and must go on. */
    private static boolean overdue(TimerfdEntry entry) {
        return entry.getTicks() != 0 && (entry.getIsec() != 0 || entry.getInsec() != 0);
    }

    /** The image holds the time left also when the program had set an absolute time. */
    private static void arm(Fd fd, TimerfdEntry entry, String what) throws LinuxException {
        long seconds = entry.getVsec();
        long nanos = seconds == 0 ? Math.max(1, entry.getVnsec()) : entry.getVnsec();
        if ((entry.getSettimeFlags() & TFD_TIMER_ABSTIME) != 0) {
            NativeMemory now = NativeMemory.allocate(2 * Long.BYTES);
            Kernel.check(
                    Kernel.syscall(Syscall.CLOCK_GETTIME, entry.getClockid(), now.address()), "clock_gettime", what);
            nanos += now.buffer().getLong(Long.BYTES);
            seconds += now.buffer().getLong(0) + nanos / NANOS_PER_SECOND;
            nanos %= NANOS_PER_SECOND;
        }
        NativeMemory value = NativeMemory.allocate(ITIMERSPEC_BYTES);
        value.buffer()
                .putLong(0, entry.getIsec())
                .putLong(8, entry.getInsec())
                .putLong(16, seconds)
                .putLong(24, nanos);
        long result = Kernel.syscall(Syscall.TIMERFD_SETTIME, fd.number(), entry.getSettimeFlags(), value.address(), 0);
        Reference.reachabilityFence(value);
        Kernel.check(result, "timerfd_settime", what);
    }
}
