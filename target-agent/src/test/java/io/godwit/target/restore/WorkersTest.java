package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch thrown = new CountDownLatch(1);

    @Test
    void allWorkAndHaveEndedWhenItReturns() throws IOException {
        Workers.run(4, "work", () -> {
            begun.incrementAndGet();
            ended.incrementAndGet();
        });
        assertThat(begun).hasValue(4);
        assertThat(ended).hasValue(4);
    }

    /** The others go on for as long as they like after one has failed; those that fail later are not heard. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFailureOfOneIsToldWhenAllHaveEnded(boolean own) {
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> Workers.run(3, "work", () -> {
                    if (Thread.currentThread() == caller == own && begun.getAndIncrement() == 0) {
                        thrown.countDown();
                        throw new IOException("a page is missing");
                    }
                    await(thrown);
                    ended.incrementAndGet();
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("a page is missing");
        assertThat(ended).hasValue(2);
    }

    @Test
    void whatIsNoFailureOfInputIsNotHidden() {
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> Workers.run(2, "work", () -> {
                    if (Thread.currentThread() != caller) {
                        throw new OutOfMemoryError("no buffer");
                    }
                }))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("no buffer");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
