package io.godwit.source.collect;

import io.godwit.image.proto.TimensEntry;
import io.godwit.image.proto.Timespec;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;

/** The clocks that count from the host's start (clock_gettime(2)). */
final class Clocks {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;

    private Clocks() {}

    static TimensEntry now() throws LinuxException {
        return TimensEntry.newBuilder()
                .setMonotonic(read(CLOCK_MONOTONIC))
                .setBoottime(read(CLOCK_BOOTTIME))
                .build();
    }

    private static Timespec read(int clock) throws LinuxException {
        NativeMemory time = NativeMemory.allocate(16);
        Kernel.check(Kernel.syscall(Syscall.CLOCK_GETTIME, clock, time.address()), "clock_gettime", "clock " + clock);
        return Timespec.newBuilder()
                .setTvSec(time.buffer().getLong(0))
                .setTvNsec(time.buffer().getLong(8))
                .build();
    }
}
