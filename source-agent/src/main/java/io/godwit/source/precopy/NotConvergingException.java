package io.godwit.source.precopy;

import java.io.IOException;
import java.util.Locale;

/** The limit of the downtime can not be held, and the tree is to stay where it is then. */
public final class NotConvergingException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final double PAGES_PER_MB = 1e6 / RoundStats.PAGE_BYTES;

    NotConvergingException(Decision.GiveUp decision, PreCopyLimits limits) {
        super(text(decision, limits));
    }

    private static String text(Decision.GiveUp decision, PreCopyLimits limits) {
        Prediction prediction = decision.prediction();
        if (decision.reason() == Decision.Reason.FIXED_COST) {
            return String.format(
                    Locale.ROOT,
                    "gave up after the rounds, as --on-no-convergence asks: of the %d ms for which the tree would stand still"
                            + " hardly any are due to the pages that are left, and %d are allowed. Allow a longer --downtime-limit, or"
                            + " choose --on-no-convergence stop",
                    prediction.downtime().toMillis(),
                    limits.downtimeLimit().toMillis());
        }
        return String.format(
                Locale.ROOT,
                "gave up after the rounds, as --on-no-convergence asks: %s. The tree writes %.0f MB/s, %.0f MB/s can be"
                        + " sent, and it would stand still for %d ms, where %d are allowed. Move it when it writes less,"
                        + " allow a longer --downtime-limit, or choose --on-no-convergence throttle or stop",
                decision.reason().text(),
                prediction.dirtyPagesPerSecond() / PAGES_PER_MB,
                prediction.pagesPerSecond() / PAGES_PER_MB,
                prediction.downtime().toMillis(),
                limits.downtimeLimit().toMillis());
    }
}
