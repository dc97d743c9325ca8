package io.godwit.image.tree;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CredsEntry;
import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PosixTimerEntry;
import io.godwit.image.proto.RlimitEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TaskRlimitsEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.image.proto.VmaEntry;
import java.io.IOException;
import java.util.List;

/** What older versions wrote beside the images of a task. It is read only where the image of today does not hold it. */
final class OlderTaskImages {
    private static final int ITIMERS = 3;

    private final Images images;

    OlderTaskImages(Images images) {
        this.images = images;
    }

    /** The core of a thread; credentials are those of the whole process. */
    CoreEntry core(CoreEntry core, int tid, int pid) throws IOException {
        CoreEntry.Builder whole = core.toBuilder();
        if (core.hasThreadCore() && !core.getThreadCore().hasCreds()) {
            for (CredsEntry creds : all(ImageKind.CREDS, pid, CredsEntry.parser())) {
                whole.getThreadCoreBuilder().setCreds(creds);
            }
        }
        if (core.hasThreadCore() && !core.getThreadCore().hasSignalsP()) {
            List<SiginfoEntry> signals = all(ImageKind.THREAD_SIGNAL, tid, SiginfoEntry.parser());
            if (!signals.isEmpty()) {
                whole.getThreadCoreBuilder().setSignalsP(queue(signals));
            }
        }
        if (core.hasTc()) {
            process(whole.getTcBuilder(), pid);
        }
        return whole.build();
    }

    private void process(TaskCoreEntry.Builder task, int pid) throws IOException {
        if (task.getSigactionsCount() == 0) {
            task.addAllSigactions(all(ImageKind.SIGACT, pid, SaEntry.parser()));
        }
        if (!task.hasTimers()) {
            timers(task, pid);
        }
        if (!task.hasRlimits()) {
            List<RlimitEntry> limits = all(ImageKind.RLIMIT, pid, RlimitEntry.parser());
            if (!limits.isEmpty()) {
                task.setRlimits(TaskRlimitsEntry.newBuilder().addAllRlimits(limits));
            }
        }
        if (!task.hasSignalsS()) {
            List<SiginfoEntry> signals = all(ImageKind.SIGNAL, pid, SiginfoEntry.parser());
            if (!signals.isEmpty()) {
                task.setSignalsS(queue(signals));
            }
        }
    }

    private void timers(TaskCoreEntry.Builder task, int pid) throws IOException {
        List<ItimerEntry> interval = all(ImageKind.ITIMERS, pid, ItimerEntry.parser());
        if (interval.isEmpty()) {
            return;
        }
        if (interval.size() != ITIMERS) {
            throw new ImageException(images.directory().resolve(ImageKind.ITIMERS.fileName(pid)) + ": has "
                    + interval.size() + " timers instead of " + ITIMERS + "; it is damaged");
        }
        task.setTimers(TaskTimersEntry.newBuilder()
                .setReal(interval.get(0))
                .setVirt(interval.get(1))
                .setProf(interval.get(2))
                .addAllPosix(all(ImageKind.POSIX_TIMERS, pid, PosixTimerEntry.parser())));
    }

    private static SignalQueueEntry queue(List<SiginfoEntry> signals) {
        return SignalQueueEntry.newBuilder().addAllSignals(signals).build();
    }

    MmEntry memory(MmEntry memory, int pid) throws IOException {
        return memory.getVmasCount() > 0
                ? memory
                : memory.toBuilder()
                        .addAllVmas(all(ImageKind.VMAS, pid, VmaEntry.parser()))
                        .build();
    }

    private <T extends Message> List<T> all(ImageKind kind, int id, Parser<T> parser) throws IOException {
        return ImageReader.allOf(images, kind, Integer.toUnsignedLong(id), parser);
    }
}
