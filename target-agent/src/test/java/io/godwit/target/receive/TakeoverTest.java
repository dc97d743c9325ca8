package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.page.server.NotResumedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done at the commit, and what is taken back if a step of it fails. */
class TakeoverTest {
    private static final String ADD = "add 10.0.0.1/24";
    private static final String ANNOUNCE = "announce 10.0.0.1/24";
    private static final String REMOVE = "remove 10.0.0.1/24";

    private final FakeSteps steps = new FakeSteps();
    private final Arrival arrival = new Arrival(List.of(FakeSteps.address(1)), steps);

    private final Takeover takeover = new Takeover(arrival, new Takeover.Tree() {
        @Override
        public void release() throws IOException {
            steps.step("release");
        }

        @Override
        public void run() throws IOException {
            steps.step("run");
        }
    });

    @Test
    void theNetworkIsToldWhenNothingCanFailAnyMore() throws IOException {
        takeover.run();

        assertThat(steps.done()).containsExactly(ADD, "release", ANNOUNCE, "run");
    }

    @Test
    void anAddressThatCanNotComeLeavesTheConnectionsLocked() {
        steps.fail(ADD, new IOException("the address is taken"));

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessage("the address is taken");
        assertThat(steps.done()).containsExactly(ADD);
    }

    static List<Throwable> failures() {
        return List.of(
                new IOException("it did not work"),
                new IllegalStateException("it did not work"),
                new OutOfMemoryError("it did not work"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void connectionsThatCanNotBeUnlockedGiveTheAddressesBack(Throwable why) {
        steps.fail("release", why);

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessageContaining("it did not work");
        assertThat(steps.done()).containsExactly(ADD, "release", REMOVE);
    }

    @Test
    void anAddressThatStaysNeverthelessIsNamed() {
        steps.fail("release", new IOException("the lock is another's"));
        steps.fail(REMOVE, new IOException("not permitted"));

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessageContaining("the lock is another's; remove by hand")
                .hasMessageContaining("10.0.0.1/24 (not permitted)");
    }

    @Test
    void aTreeOfWhichSomeMayRunIsNotGivenUp() {
        IOException lost = new IOException("one of its threads is lost");
        steps.fail("run", lost);

        assertThatThrownBy(takeover::run).isSameAs(lost).isNotInstanceOf(NotResumedException.class);
        assertThat(steps.done()).containsExactly(ADD, "release", ANNOUNCE, "run");
    }
}
