package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.SignalfdEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;

/** Makes signalfds with their masks. */
final class SignalFdRestorer implements KindRestorer {
    private static final int SIGSET_BYTES = 8;

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasSgfd()) {
                table.put(file.getId(), make(file.getSgfd()));
            }
        }
    }

    private static Fd make(SignalfdEntry entry) throws IOException {
        NativeMemory mask = NativeMemory.allocate(SIGSET_BYTES);
        mask.buffer().putLong(0, entry.getSigmask());
        int flags = entry.getFlags() & Descriptors.O_NONBLOCK | Descriptors.O_CLOEXEC;
        long result = Kernel.syscall(Syscall.SIGNALFD4, -1, mask.address(), SIGSET_BYTES, flags);
        Reference.reachabilityFence(mask);
        return Fd.of(Kernel.check(result, "signalfd4", "signalfd " + entry.getId()));
    }
}
