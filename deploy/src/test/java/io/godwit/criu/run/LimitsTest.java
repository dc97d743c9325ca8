package io.godwit.criu.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CommandLine;
import io.godwit.criu.options.CriuCommand;
import io.godwit.source.options.OptionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void anOptionThatCanNotBeFollowedIsRefusedByName() {
        assertThatThrownBy(() -> require("restore", "--lsm-mount-context", "any"))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("--lsm-mount-context: ")
                .hasMessageContaining("leave it out");
    }

    @Test
    void ofAnotherCommandItIsPassedOver() {
        assertThatCode(() -> require("dump", "--lsm-mount-context", "any")).doesNotThrowAnyException();
    }

    @Test
    void whatOnlyAllowsSomethingIsAccepted() {
        assertThatCode(() -> require("dump", "--allow-uprobes")).doesNotThrowAnyException();
        assertThat(Limits.of(CriuCommand.DUMP, io.godwit.criu.options.CriuOption.ALLOW_UPROBES))
                .hasValueSatisfying(limit -> assertThat(limit.words()).contains("refused by name"));
    }

    @Test
    void aModeOfCgroupsThatIsNoneIsRefused() {
        assertThatThrownBy(() -> require("dump", "--manage-cgroups=gently"))
                .hasMessage("--manage-cgroups: 'gently' is none of none, props, soft, full, strict, ignore");
        assertThatThrownBy(() -> require("restore", "--cgroup-root", "a")).hasMessageContaining("write it as /PATH");
    }

    private static void require(String... words) {
        CommandLine line = CommandLine.parse(List.of(words), Map.of());
        Support.require(line.command().orElseThrow(), line.options(), CriuLog.none());
    }
}
