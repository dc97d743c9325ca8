package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SideThreadTest {
    private static SideWork<String> begin(SideThread.Work<String> work) {
        try (SideThread thread = new SideThread("beside")) {
            return thread.begin(work);
        }
    }

    @Test
    void oneThreadDoesAllThatIsBegun() throws IOException {
        try (SideThread thread = new SideThread("beside")) {
            SideThread.Work<Thread> who = Thread::currentThread;
            Thread first = thread.begin(who).await();
            assertThat(first).isNotEqualTo(Thread.currentThread());
            assertThat(first.getName()).isEqualTo("beside");
            assertThat(thread.begin(who).await()).isSameAs(first);
        }
    }

    @Test
    void aFailureIsToldAsItIs() {
        assertThatThrownBy(() -> begin(() -> {
                            throw new IOException("no file");
                        })
                        .await())
                .isInstanceOf(IOException.class)
                .hasMessage("no file");
        assertThatThrownBy(() -> begin(() -> {
                            throw new UnsupportedOperationException("of a plugin");
                        })
                        .await())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("of a plugin");
        assertThatThrownBy(() -> begin(() -> {
                            throw new OutOfMemoryError("no buffer");
                        })
                        .await())
                .isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void whoIsInterruptedStillWaitsForTheEnd() throws IOException {
        CountDownLatch waited = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        SideWork<String> work = begin(() -> {
            caller.interrupt();
            while (caller.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            waited.countDown();
            return "done";
        });
        assertThat(work.await()).isEqualTo("done");
        assertThat(waited.getCount()).isZero();
        assertThat(Thread.interrupted()).isTrue();
    }
}
