package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NamespaceHostIT {
    @Test
    void twoHostsHaveTheirOwnNamesPidsAndAddresses() throws IOException {
        try (NamespaceHost a = NamespaceHost.start("host-a", 1000);
                NamespaceHost b = NamespaceHost.start("host-b", 1000)) {
            NamespaceHost.join(a, "10.77.0.1", b, "10.77.0.2");

            assertThat(a.spawn(Path.of("/"), "sleep", "100"))
                    .isEqualTo(b.spawn(Path.of("/"), "sleep", "100"))
                    .isGreaterThan(1000);
            assertThat(a.exec("hostname").output()).isEqualTo("host-a\n");
            assertThat(a.exec("ip", "-4", "-o", "address").output())
                    .contains("10.77.0.1")
                    .doesNotContain("10.77.0.2");
        }
    }

    @Test
    void anOrphanIsReapedByTheHostsInit() throws IOException {
        try (NamespaceHost host = NamespaceHost.start("host-a", 1000)) {
            int pid = host.spawn(Path.of("/"), "sleep", "100");
            assertThat(host.runs(pid)).isTrue();

            host.exec("kill", "-KILL", Integer.toString(pid)).succeeded();

            assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                    .isTrue();
        }
    }

    @Test
    void aClosedHostLeavesNothingRunning() throws IOException {
        NamespaceHost host = NamespaceHost.start("host-a", 1000);
        String marker = "86417.25";
        host.spawn(Path.of("/"), "sleep", marker);
        assertThat(Eventually.holds(Duration.ofSeconds(10), () -> sleepers(marker) == 1))
                .isTrue();

        host.close();

        assertThat(Eventually.holds(Duration.ofSeconds(10), () -> sleepers(marker) == 0))
                .isTrue();
    }

    private static long sleepers(String marker) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(all -> all.length > 0 && all[0].equals(marker))
                        .orElse(false))
                .count();
    }
}
