package io.godwit.criu.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnCommandTest {
    @Test
    void theProgramEndsWithTheMainClass() throws IOException {
        OwnCommand own = OwnCommand.parse("java\0-Xmx1m\0-cp\0a.jar:b/*\0x.Main\0service\0\0-d\0", "/opt/java");
        assertThat(own.program()).containsExactly("/opt/java", "-Xmx1m", "-cp", "a.jar:b/*", "x.Main");
        assertThat(own.arguments()).containsExactly("service", "", "-d");
        assertThat(own.withMain(String.class).with(List.of("swrk", "0")))
                .containsExactly("/opt/java", "-Xmx1m", "-cp", "a.jar:b/*", "java.lang.String", "swrk", "0");
    }

    @Test
    void aProcessThatWasStartedInAnotherWayIsRefused() {
        assertThatThrownBy(() -> OwnCommand.parse("java\0-jar\0x.jar\0", "/opt/java"))
                .hasMessageContaining("-cp");
    }
}
