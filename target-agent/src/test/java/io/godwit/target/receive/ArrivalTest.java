package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses that come, and what is said when one of them can not. */
class ArrivalTest {
    private final FakeSteps steps = new FakeSteps();
    private final Arrival arrival =
            new Arrival(List.of(FakeSteps.address(1), FakeSteps.address(2), FakeSteps.address(3)), steps);

    @Test
    void allAreTakenBeforeTheNetworkIsTold() throws IOException {
        steps.fail("announce 10.0.0.1/24", new IOException("the link is down"));

        arrival.take();
        arrival.announce();

        assertThat(steps.done())
                .containsExactly(
                        "add 10.0.0.1/24",
                        "add 10.0.0.2/24",
                        "add 10.0.0.3/24",
                        "announce 10.0.0.1/24",
                        "announce 10.0.0.2/24",
                        "announce 10.0.0.3/24");
    }

    @Test
    void ifOneCanNotComeTheOthersAreGivenBack() {
        steps.fail("add 10.0.0.3/24", new IllegalStateException("a defect"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a defect")
                .hasMessageNotContaining("by hand");
        assertThat(steps.done()).endsWith("add 10.0.0.3/24", "remove 10.0.0.1/24", "remove 10.0.0.2/24");
    }

    @Test
    void alsoIfThisAgentIsOutOfMemory() {
        steps.fail("add 10.0.0.2/24", new OutOfMemoryError("buffers"));
        steps.fail("remove 10.0.0.1/24", new OutOfMemoryError("more buffers"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("buffers")
                .hasMessageContaining("remove by hand")
                .hasMessageContaining("10.0.0.1/24 (java.lang.OutOfMemoryError: more buffers)");
    }

    @Test
    void whatCanNotBeGivenBackIsNamed() {
        steps.fail("add 10.0.0.3/24", new IOException("no room"));
        steps.fail("remove 10.0.0.1/24", new IOException("not permitted"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("remove by hand")
                .hasMessageContaining("10.0.0.1/24 (not permitted)")
                .hasMessageNotContaining("10.0.0.2/24");
        assertThat(steps.done()).endsWith("remove 10.0.0.1/24", "remove 10.0.0.2/24");
    }
}
