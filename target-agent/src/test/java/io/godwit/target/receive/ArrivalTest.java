package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.net.Announcement;
import io.godwit.linux.net.HostAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Addresses that come, and what is said when one of them can not. */
class ArrivalTest {
    private final List<String> done = new ArrayList<>();

    /** By the step. */
    private final Map<String, Throwable> failures = new HashMap<>();

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

    private final Arrival arrival =
            new Arrival(List.of(announcement(1), announcement(2), announcement(3)), new Arrival.Network() {
                @Override
                public void add(HostAddress address) throws IOException {
                    step("add " + address);
                }

                @Override
                public void remove(HostAddress address) throws IOException {
                    step("remove " + address);
                }

                @Override
                public void announce(Announcement address) throws IOException {
                    step("announce " + address.address());
                }
            });

    private static Announcement announcement(int number) {
        return new Announcement(new HostAddress(new byte[] {10, 0, 0, (byte) number}, 24, 2), new byte[6]);
    }

    @Test
    void allAreTakenBeforeTheNetworkIsTold() throws IOException {
        failures.put("announce 10.0.0.1/24", new IOException("the link is down"));

        arrival.take();
        arrival.announce();

        assertThat(done)
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
        failures.put("add 10.0.0.3/24", new IllegalStateException("a defect"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a defect")
                .hasMessageNotContaining("by hand");
        assertThat(done).endsWith("add 10.0.0.3/24", "remove 10.0.0.1/24", "remove 10.0.0.2/24");
    }

    @Test
    void alsoIfThisAgentIsOutOfMemory() {
        failures.put("add 10.0.0.2/24", new OutOfMemoryError("buffers"));
        failures.put("remove 10.0.0.1/24", new OutOfMemoryError("more buffers"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("buffers")
                .hasMessageContaining("remove by hand")
                .hasMessageContaining("10.0.0.1/24 (java.lang.OutOfMemoryError: more buffers)");
    }

    @Test
    void whatCanNotBeGivenBackIsNamed() {
        failures.put("add 10.0.0.3/24", new IOException("no room"));
        failures.put("remove 10.0.0.1/24", new IOException("not permitted"));

        assertThatThrownBy(arrival::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("remove by hand")
                .hasMessageContaining("10.0.0.1/24 (not permitted)")
                .hasMessageNotContaining("10.0.0.2/24");
        assertThat(done).endsWith("remove 10.0.0.1/24", "remove 10.0.0.2/24");
    }
}
