package io.godwit.source.track;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;

/** The ways to learn which pages were written, best first. */
public enum Tracking {
    /** Asynchronous userfaultfd write protection: nothing stops while a round is read. */
    WRITE_PROTECT("write tracking") {
        @Override
        public MemoryTracker install(int pid, Lock ptrace, Duration limit) throws IOException {
            return TrackerInstaller.install(pid, ptrace, limit);
        }
    },
    /** Soft-dirty bits: a process stops for a moment in each round. */
    SOFT_DIRTY("soft-dirty") {
        @Override
        public MemoryTracker install(int pid, Lock ptrace, Duration limit) throws IOException {
            return new SoftDirtyTracker(pid, ptrace);
        }
    };

    private final String feature;

    Tracking(String feature) {
        this.feature = feature;
    }

    /**
     * Begins to track a running process.
     *
     * @param ptrace held whenever the tracker stops the process, as a thread can have one tracer only
     * @param limit how long it may take the process to stop, where it has to
     */
    public abstract MemoryTracker install(int pid, Lock ptrace, Duration limit) throws IOException;

    /**
     * The best way that this kernel has, found by trying.
     *
     * @throws IOException if it has none
     */
    public static Tracking choose() throws IOException {
        var features = KernelCheck.run();
        for (Tracking tracking : values()) {
            for (FeatureState state : features) {
                if (state.name().equals(tracking.feature) && state.available()) {
                    return tracking;
                }
            }
        }
        throw new IOException("this kernel can not tell which pages were written: it has neither asynchronous write"
                + " protection (Linux 6.7) nor soft-dirty bits; `godwit dump` works, a live migration does not");
    }
}
