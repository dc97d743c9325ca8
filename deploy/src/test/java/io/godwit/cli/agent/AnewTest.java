package io.godwit.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnewTest {
    @Test
    void theFlagsForARehearsalComeWhereTheyWereNamedAndAreNotNamedAgain() {
        assertThat(Anew.command(List.of(
                        "java",
                        "-Xss512k",
                        "-Dgodwit.rehearsing=-XX:A=1 -XX:B=2",
                        "Godwit",
                        "migrate",
                        "",
                        "-Dgodwit.rehearsing=x")))
                .containsExactly(
                        "java",
                        "-Xss512k",
                        "-XX:A=1",
                        "-XX:B=2",
                        "-Dgodwit.rehearsing=",
                        "Godwit",
                        "migrate",
                        "",
                        "-Dgodwit.rehearsing=x");
    }
}
