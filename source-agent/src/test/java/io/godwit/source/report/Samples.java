package io.godwit.source.report;

import io.godwit.source.precopy.Decision;
import io.godwit.source.precopy.Prediction;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.Finding;
import io.godwit.source.preflight.PreflightResult;
import java.time.Duration;
import java.util.List;

/** One migration, as the golden tests show it. */
final class Samples {
    private Samples() {}

    static RoundStats firstRound() {
        return new RoundStats(0, 65_536, 180_000_000, 65_536, 4_000, 3_000_000, 237_000_000, 0);
    }

    static RoundStats secondRound() {
        return new RoundStats(1, 4_000, 16_400_000, 4_000, 310, 1_100_000, 14_900_000, 240_000_000);
    }

    static MigrationReport report() {
        return new MigrationReport(
                new MigrationReport.Tree(4711, "redis-server", 1, 5),
                "host-b:4650",
                23_400,
                21_000,
                Decision.Reason.CONVERGED.text(),
                List.of(
                        Step.source("freeze", 0, 1_200),
                        Step.source("collect state", 1_200, 3_100),
                        Step.source("last pages", 4_300, 2_050),
                        Step.source("wait for the target", 6_350, 15_000),
                        Step.target("restore registers", 6_600, 14_000),
                        Step.source("commit", 21_350, 40),
                        Step.target("resume", 21_390, 2_010)),
                List.of(firstRound(), secondRound()),
                new RoundStats(2, 310, 1_280_000, 310, 0, 900_000, 1_150_000, 16_000_000),
                new Traffic(286_085_120, 197_680_000, 41_943_040, 46_462_080, 0),
                List.of("the terminal /dev/pts/0 is /dev/pts/3 now"),
                1_420_000);
    }

    static PreflightResult refused() {
        return new PreflightResult(
                4711,
                "host-b:4650",
                3,
                12,
                268_435_456,
                3_328_599_654L,
                List.of("kernel features on both sides"),
                List.of(
                        Finding.warning("/etc/hosts", "is open here and differs there", ""),
                        Finding.error("fd 5 of pid 4711", "an inotify instance can not be moved yet", "close it")));
    }

    static PreflightResult passed() {
        return new PreflightResult(4711, "host-b:4650", 1, 1, 4096, 1 << 20, List.of(), List.of());
    }

    static Decision goOn() {
        return new Decision.Continue(
                false, new Prediction(4_000, 276_000, 16_667, Duration.ofMillis(16), Duration.ofMillis(20)));
    }

    static Decision stop() {
        return new Decision.Stop(
                Decision.Reason.CONVERGED,
                new Prediction(310, 268_000, 16_667, Duration.ofNanos(2_100_000), Duration.ofNanos(18_900_000)));
    }
}
