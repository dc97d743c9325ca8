package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerSlotsTest {
    @Test
    void aUserHasSoManyAndRootAsManyAsThereAre() throws InterruptedException {
        WorkerSlots slots = new WorkerSlots(10, 2);
        assertThat(slots.take(1000)).isTrue();
        assertThat(slots.take(1000)).isTrue();
        assertThat(slots.take(1000)).isFalse();
        assertThat(slots.take(1001)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(slots.take(0)).isTrue();
        }
        slots.release(1000);
        assertThat(slots.take(1000)).isTrue();
    }

    @Test
    void whoComesWhenAllAreTakenWaits() throws InterruptedException {
        WorkerSlots slots = new WorkerSlots(1, 1);
        slots.take(0);
        Thread second = new Thread(() -> {
            try {
                slots.take(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        second.start();
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        slots.release(0);
        second.join();
    }
}
