package io.godwit.target.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TakenPidsTest {
    @Test
    void whoHasEndedIsWaitedForUntilItsParentHasBuriedIt() throws Exception {
        // not a shell, which may bury its child before it is told to
        Process parent =
                new ProcessBuilder("perl", "-e", "$| = 1; $p = fork or exit; print \"$p\\n\"; <STDIN>; wait").start();
        try {
            int pid = child(parent);
            awaitEnd(pid);
            assertThat(TakenPids.holder(pid))
                    .startsWith("'perl' on this host has it and has ended, but its parent " + parent.pid() + " ('");
            parent.getOutputStream().close();
            TakenPids.awaitBurial(List.of(pid));

            assertThat(ProcDirectory.process(pid).exists()).isFalse();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void whoLivesIsNamed() throws Exception {
        Process living = new ProcessBuilder("sleep", "100").start();
        try {
            int pid = (int) living.pid();
            TakenPids.awaitBurial(List.of(pid));
            assertThat(TakenPids.holder(pid)).contains(" on this host has it; end that process");
        } finally {
            living.destroyForcibly().waitFor();
        }
    }

    private static int child(Process parent) throws IOException {
        return Integer.parseInt(new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8)).readLine());
    }

    private static void awaitEnd(int pid) throws IOException {
        while (!ProcDirectory.process(pid).stat().zombie()) {
            Thread.onSpinWait();
        }
    }
}
