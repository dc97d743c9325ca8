package io.godwit.source.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.KernelCheck;
import io.godwit.linux.check.Need;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CheckCommandTest {
    private static final FeatureState SEIZE = new FeatureState("ptrace seize", Need.BOTH, true, "", "-");
    private static final FeatureState NO_PIDS =
            new FeatureState("set_tid", Need.TARGET, false, "not permitted", "pids are lost");
    private static final FeatureState NO_SOFT_DIRTY =
            new FeatureState("soft-dirty", Need.NOBODY, false, "not built in", "no fallback");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void showsOneLineAFeature() {
        assertThat(run(List.of(SEIZE, NO_SOFT_DIRTY), List.of())).isZero();
        assertThat(out).hasToString("""
                          yes  ptrace seize
                          no   soft-dirty    not built in - without it: no fallback
                        Looks good.
                        """);
    }

    @Test
    void oneFeatureIsAskedForByTheNameOfCriu() throws IOException {
        assertThat(run(List.of(), List.of(), "--feature", "ns_pid")).isZero();
        assertThat(out).hasToString("ns_pid is supported\n");
        for (FeatureState missing : missing()) {
            assertThat(run(List.of(), List.of(), "--feature", missing.name())).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString()).contains(missing.name() + " is not supported: ");
        }
    }

    @Test
    void aFeatureThatNobodyKnowsIsToldWithTheNamesAndExitsOne() {
        assertThat(run(List.of(), List.of(), "--feature", "bogus")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("no feature 'bogus'").contains("mem_dirty_track");
        assertThat(run(List.of(), List.of(), "--feature", "list")).isZero();
        assertThat(out.toString()).startsWith("mnt_id mem_dirty_track aio_remap");
    }

    @Test
    void whatIsMissingOfAllSpoilsTheVerdict() throws IOException {
        boolean complete = missing().isEmpty();
        assertThat(run(List.of(SEIZE), List.of(), "--all")).isEqualTo(complete ? 0 : ExitCode.FAILED);
        assertThat(out.toString())
                .contains(complete ? "Looks good." : "\nLooks good but")
                .contains("uffd-noncoop");
        assertThat(run(List.of(SEIZE), List.of(), "--all", "--ms")).isZero();
        assertThat(run(List.of(SEIZE), List.of(), "--no-extra")).isZero();
        assertThat(run(List.of(NO_PIDS), List.of(), "--extra")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).endsWith("Does not look good.\n");
    }

    @Test
    void aNeededFeatureThatIsMissingFailsTheCheck() {
        assertThat(run(List.of(SEIZE, NO_PIDS), List.of())).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("  NO   set_tid       not permitted - without it: pids are lost");
    }

    @Test
    void withATargetEachSideIsHeldToItsPart() {
        assertThat(run(List.of(SEIZE, NO_PIDS), List.of(SEIZE), "--to", "localhost:99"))
                .isZero();
        assertThat(out.toString()).startsWith("This host:\n").contains("\nlocalhost:99:\n");
        assertThat(run(List.of(SEIZE), List.of(SEIZE, NO_PIDS), "--to", "localhost:99"))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void aTargetThatDoesNotAnswerIsTold() {
        RemoteCheck silent = (target, insecure) -> {
            throw new IOException("nobody listens at " + target);
        };
        assertThat(execute(new CheckCommand(() -> List.of(SEIZE), silent), "--to", "localhost:99"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err).hasToString("godwit: nobody listens at localhost:99\n");
    }

    @Test
    void anotherHostWithoutEncryptionNeedsInsecure() {
        assertThat(run(List.of(SEIZE), List.of(SEIZE), "--to", "10.1.2.3")).isEqualTo(ExitCode.USAGE);
        assertThat(run(List.of(SEIZE), List.of(SEIZE), "--to", "10.1.2.3", "--insecure"))
                .isZero();
    }

    /** What this kernel lacks of what CRIU has names for. */
    private static List<FeatureState> missing() throws IOException {
        return Stream.concat(KernelCheck.extra().stream(), KernelCheck.experimental().stream())
                .filter(state -> !state.available())
                .toList();
    }

    private int run(List<FeatureState> here, List<FeatureState> there, String... arguments) {
        return execute(new CheckCommand(() -> here, (target, insecure) -> there), arguments);
    }

    private int execute(CheckCommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new ShortErrors())
                .execute(arguments);
    }
}
