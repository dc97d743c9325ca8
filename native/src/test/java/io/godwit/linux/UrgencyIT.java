package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Needs CAP_SYS_NICE. */
class UrgencyIT {
    @Test
    void aThreadIsUrgentForAWhileAndSoAreThoseThatItStarts() {
        CompletableFuture<Integer> started = new CompletableFuture<>();
        int before = Standing.nice();
        try (Urgency urgency = Urgency.begin()) {
            assertEquals(-15, Standing.nice(), urgency::toString);
            new Thread(() -> started.complete(Standing.nice())).start();
            assertEquals(-15, started.join());
        }
        assertEquals(before, Standing.nice());
    }

    @Test
    void theSessionStandsBeforeOthersForAWhileAndAfterThemForAnother() {
        assumeTrue(Autogroup.nice().isPresent(), "a kernel with autogroups");
        int before = Autogroup.nice().orElseThrow();
        int threadBefore = Standing.nice();
        try (Urgency urgency = Urgency.begin();
                Urgency another = Urgency.begin()) {
            assertEquals(-15, Autogroup.nice().orElseThrow(), urgency + " " + another);
        }
        assertEquals(before, Autogroup.nice().orElseThrow());
        try (Leisure leisure = Leisure.begin()) {
            assertEquals(5, Autogroup.nice().orElseThrow(), leisure::toString);
            assertEquals(5, Standing.nice());
        }
        assertEquals(before, Autogroup.nice().orElseThrow());
        assertEquals(threadBefore, Standing.nice());
    }
}
