package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Needs CAP_SYS_NICE. */
class UrgencyIT {
    @Test
    void aThreadIsUrgentForAWhileAndSoAreThoseThatItStarts() {
        CompletableFuture<Integer> started = new CompletableFuture<>();
        int before = Urgency.nice();
        try (Urgency urgency = Urgency.begin()) {
            assertEquals(-15, Urgency.nice(), urgency::toString);
            new Thread(() -> started.complete(Urgency.nice())).start();
            assertEquals(-15, started.join());
        }
        assertEquals(before, Urgency.nice());
    }
}
