package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.SaEntry;
import java.nio.file.Path;
import java.util.Optional;

/** The core of a thread that lives has all that the thread needs to go on. */
final class CoreCheck {
    /** All signals but the two that have no action. */
    private static final int SIGNAL_ACTIONS = 62;

    private final ImageSet images;
    private final Findings findings;

    CoreCheck(ImageSet images, Findings findings) {
        this.images = images;
        this.findings = findings;
    }

    void check(int tid, int pid) {
        Path file = images.file(ImageKind.CORE, tid);
        Optional<CoreEntry> entry = images.one(file, CoreEntry.class);
        if (entry.isEmpty()) {
            return;
        }
        CoreEntry core = entry.get();
        if (!hasRegisters(core)) {
            findings.add(file, "has no registers of thread %d", tid);
        }
        if (!core.hasThreadCore()) {
            findings.add(file, "has no state of thread %d", tid);
        }
        if (tid == pid) {
            process(file, core, pid);
        }
    }

    /** Those of machines that the schemas leave out are unknown fields. */
    private static boolean hasRegisters(CoreEntry core) {
        return switch (core.getMtype()) {
            case X86_64 -> core.hasThreadInfo();
            case AARCH64 -> core.hasTiAarch64();
            default -> !core.getUnknownFields().asMap().isEmpty();
        };
    }

    private void process(Path file, CoreEntry core, int pid) {
        if (!core.hasTc()) {
            findings.add(file, "does not describe the process %d", pid);
            return;
        }
        int actions = core.getTc().getSigactionsCount() > 0
                ? core.getTc().getSigactionsCount()
                : images.all(images.file(ImageKind.SIGACT, pid), SaEntry.class).size();
        if (actions != SIGNAL_ACTIONS) {
            findings.add(file, "has %d actions for signals instead of %d", actions, SIGNAL_ACTIONS);
        }
    }
}
