package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.net.Announcement;
import io.godwit.linux.net.HostAddress;
import io.godwit.page.server.NotResumedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done at the commit, and what is taken back if a step of it fails. */
class TakeoverTest {
    private final List<String> done = new ArrayList<>();

    /** By the step. */
    private final Map<String, Throwable> failures = new HashMap<>();

    private final Arrival arrival = new Arrival(
            List.of(new Announcement(new HostAddress(new byte[] {10, 0, 0, 1}, 24, 2), new byte[6])),
            new Arrival.Network() {
                @Override
                public void add(HostAddress address) throws IOException {
                    step("add");
                }

                @Override
                public void remove(HostAddress address) throws IOException {
                    step("remove");
                }

                @Override
                public void announce(Announcement address) throws IOException {
                    step("announce");
                }
            });

    private final Takeover takeover = new Takeover(arrival, new Takeover.Tree() {
        @Override
        public void release() throws IOException {
            step("release");
        }

        @Override
        public void run() throws IOException {
            step("run");
        }
    });

    private void step(String name) throws IOException {
        done.add(name);
        Throwable failure = failures.get(name);
        if (failure instanceof IOException e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    @Test
    void theNetworkIsToldWhenNothingCanFailAnyMore() throws IOException {
        takeover.run();

        assertThat(done).containsExactly("add", "release", "announce", "run");
    }

    @Test
    void anAddressThatCanNotComeLeavesTheConnectionsLocked() {
        failures.put("add", new IOException("the address is taken"));

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessage("the address is taken");
        assertThat(done).containsExactly("add");
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
        failures.put("release", why);

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessageContaining("it did not work");
        assertThat(done).containsExactly("add", "release", "remove");
    }

    @Test
    void anAddressThatStaysNeverthelessIsNamed() {
        failures.put("release", new IOException("the lock is another's"));
        failures.put("remove", new IOException("not permitted"));

        assertThatThrownBy(takeover::run)
                .isInstanceOf(NotResumedException.class)
                .hasMessageContaining("the lock is another's; remove by hand")
                .hasMessageContaining("10.0.0.1/24 (not permitted)");
    }

    @Test
    void aTreeOfWhichSomeMayRunIsNotGivenUp() {
        failures.put("run", new IOException("one of its threads is lost"));

        assertThatThrownBy(takeover::run).isSameAs(failures.get("run")).isNotInstanceOf(NotResumedException.class);
        assertThat(done).containsExactly("add", "release", "announce", "run");
    }
}
