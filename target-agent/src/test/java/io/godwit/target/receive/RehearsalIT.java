package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.page.protocol.HostCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalIT {
    @TempDir
    Path directory;

    /** The rounds of a rehearsal, as those of a migration, go before others. */
    @Test
    void afterwardsTheSessionStandsAsBefore() throws IOException {
        Path autogroup = Path.of("/proc/self/autogroup");
        assumeTrue(Files.exists(autogroup), "a kernel with autogroups");
        String before = Files.readString(autogroup);

        HostCost cost = Rehearsal.run(directory, Rehearsal::freePid);

        assertThat(cost.of(1, 1)).isPositive();
        assertThat(cost.task()).as("what each of eight more processes took").isPositive();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!Files.readString(autogroup).equals(before) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(autogroup).hasContent(before);
    }

    @Test
    void whereAPidIsTakenMeanwhileItIsTriedWithOthers() throws IOException {
        int taken = (int) ProcessHandle.current().pid();
        List<Integer> limits = new ArrayList<>();

        Rehearsal.run(directory, limit -> {
            limits.add(limit);
            return limits.size() == 1 ? taken : Rehearsal.freePid(limit == taken ? limits.get(0) : limit);
        });

        assertThat(limits).hasSizeGreaterThan(2).element(1).isEqualTo(taken);
    }
}
