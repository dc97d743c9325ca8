package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A process that is looked at while it ends or becomes another program. */
class ChangingProcessTest {
    private final IOException gone = new IOException("no such process");
    private int looks;
    private boolean same;
    private boolean lives = true;

    private final ChangingProcess process = new ChangingProcess() {
        @Override
        public boolean same() {
            return same;
        }

        @Override
        public boolean lives() {
            return lives;
        }
    };

    /** Fails so often first. */
    private ChangingProcess.Look<String> failing(int times) {
        return () -> {
            if (looks++ < times) {
                throw gone;
            }
            return "program " + looks;
        };
    }

    @Test
    void oneThatExecutedAnotherProgramIsLookedAtAgain() throws IOException {
        assertThat(process.look(failing(1))).contains("program 2");
    }

    @Test
    void oneThatHasEndedIsNot() throws IOException {
        lives = false;

        assertThat(process.look(failing(1))).isEmpty();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void oneThatIsAnotherAtEachLookIsLeft() throws IOException {
        assertThat(process.look(failing(100))).isEmpty();
        assertThat(looks).isEqualTo(ChangingProcess.MOST_LOOKS);
    }

    @Test
    void oneThatCanNotBeReadThoughItIsTheSameIsAFailure() {
        same = true;

        assertThatThrownBy(() -> process.look(failing(1))).isSameAs(gone);
    }
}
