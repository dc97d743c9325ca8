package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The {@code godwit} command on a host, with one directory of images. */
record DumpCommands(Host host, Path images) {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Starts a victim, and waits until it has set up all; gives its pid. */
    int start(Victim victim) throws IOException {
        int pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    Execution dump(int pid, String... options) throws IOException {
        return run(List.of("dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    /** Detached; nothing else may have the pids meanwhile. */
    Execution restore(String... options) throws IOException {
        return run(List.of("restore", "-d", "-D", images.toString()), options);
    }

    /** Any command. */
    Execution run(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(GODWIT));
        all.addAll(command);
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    /** A dump ends a tree before the last of it is buried. */
    void awaitGone(int pid) {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone", pid)
                .isTrue();
    }
}
