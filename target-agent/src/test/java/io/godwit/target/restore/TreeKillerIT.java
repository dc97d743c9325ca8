package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeKillerIT {
    @Test
    void aPidThatIsAStrangersByNowIsLeftAlone() throws IOException {
        Process stranger = new ProcessBuilder("/bin/sh", "-c", "read line; echo $line").start();
        try {
            TreeKiller.kill(List.of((int) stranger.pid()));

            try (var in = stranger.outputWriter()) {
                in.write("still here\n");
            }
            assertThat(stranger.inputReader().readLine()).isEqualTo("still here");
        } finally {
            stranger.destroyForcibly();
        }
    }
}
