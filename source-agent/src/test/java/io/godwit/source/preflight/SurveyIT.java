package io.godwit.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.source.options.FileOptions;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pre-flight sees in a real process. */
class SurveyIT {
    private static final int MADV_GUARD_INSTALL = 102;

    private Puppet puppet;

    @BeforeEach
    void start() throws IOException {
        puppet = Puppet.start();
    }

    @AfterEach
    void stop() {
        puppet.close();
    }

    @Test
    void guardPagesAreNamed() throws IOException {
        assertThat(problems()).doesNotContain("guard pages");
        puppet.run("p = mmap(0, 4); fill(p, 4, 'x'); madvise(p + PAGE, 1, " + MADV_GUARD_INSTALL + ")");

        assertThat(problems())
                .contains("guard pages")
                .contains(Long.toHexString(puppet.number("p")))
                .contains("process " + puppet.pid());
    }

    private String problems() throws IOException {
        return Survey.of(puppet.pid(), false, FileOptions.ofMigration())
                .findings()
                .toString();
    }
}
