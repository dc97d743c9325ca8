package io.godwit.source.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.check.FeatureState;
import io.godwit.linux.check.Need;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CheckCommandTest {
    private static final FeatureState SEIZE = new FeatureState("ptrace seize", Need.BOTH, true, "", "-");
    private static final FeatureState NO_PIDS =
            new FeatureState("set_tid", Need.TARGET, false, "not permitted", "pids are lost");
    private static final FeatureState NO_SOFT_DIRTY =
            new FeatureState("soft-dirty", Need.NOBODY, false, "not built in", "no fallback");

    private static final FeatureState NAMED = new FeatureState("ns_pid", Need.NOBODY, true, "", "-");
    private static final FeatureState NAMED_AND_MISSING =
            new FeatureState("mem_dirty_track", Need.NOBODY, false, "not built in", "no fallback");

    /** A kernel that is as it is in no test by chance. */
    private record Made(List<FeatureState> run) implements LocalCheck {
        @Override
        public List<FeatureState> extra() {
            return List.of(NAMED);
        }

        @Override
        public List<FeatureState> experimental() {
            return List.of(NAMED_AND_MISSING);
        }

        @Override
        public List<String> names() {
            return List.of(NAMED.name(), NAMED_AND_MISSING.name());
        }

        @Override
        public Optional<FeatureState> named(String name) {
            return Stream.of(NAMED, NAMED_AND_MISSING)
                    .filter(feature -> feature.name().equals(name))
                    .findFirst();
        }
    }

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
    void oneFeatureIsAskedForByTheNameOfCriu() {
        assertThat(run(List.of(), List.of(), "--feature", "ns_pid")).isZero();
        assertThat(out).hasToString("ns_pid is supported\n");
        assertThat(run(List.of(), List.of(), "--feature", "mem_dirty_track")).isEqualTo(ExitCode.FAILED);
        assertThat(err).hasToString("godwit: mem_dirty_track is not supported: not built in\n");
    }

    @Test
    void aFeatureThatNobodyKnowsIsToldWithTheNamesAndExitsOne() {
        assertThat(run(List.of(), List.of(), "--feature", "bogus")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("no feature 'bogus'").contains("ns_pid mem_dirty_track");
        assertThat(run(List.of(), List.of(), "--feature", "list")).isZero();
        assertThat(out).hasToString("ns_pid mem_dirty_track\n");
    }

    @Test
    void whatIsMissingOfAllSpoilsTheVerdict() {
        assertThat(run(List.of(SEIZE), List.of(), "--all")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).endsWith("""
                  yes  ns_pid
                  no   mem_dirty_track  not built in - without it: no fallback
                Looks good but for features that are missing here:
                mem_dirty_track
                A tree that needs one of them can not be moved, or not all of it.
                """);
    }

    @Test
    void whatIsLeftOutDoesNotCount() {
        assertThat(run(List.of(SEIZE), List.of(), "--extra")).isZero();
        assertThat(out.toString()).contains("ns_pid").endsWith("Looks good.\n").doesNotContain("mem_dirty_track");
        assertThat(run(List.of(SEIZE), List.of(), "--experimental")).isEqualTo(ExitCode.FAILED);
        assertThat(run(List.of(SEIZE), List.of(), "--all", "--ms")).isZero();
        assertThat(run(List.of(SEIZE), List.of(), "--no-experimental")).isZero();
    }

    @Test
    void whatIsNeededAndMissingComesBeforeAllElse() {
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
        assertThat(execute(new CheckCommand(new Made(List.of(SEIZE)), silent), "--to", "localhost:99"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err).hasToString("godwit: nobody listens at localhost:99\n");
    }

    @Test
    void anotherHostWithoutEncryptionNeedsInsecure() {
        assertThat(run(List.of(SEIZE), List.of(SEIZE), "--to", "10.1.2.3")).isEqualTo(ExitCode.USAGE);
        assertThat(run(List.of(SEIZE), List.of(SEIZE), "--to", "10.1.2.3", "--insecure"))
                .isZero();
    }

    private int run(List<FeatureState> here, List<FeatureState> there, String... arguments) {
        return execute(new CheckCommand(new Made(here), (target, insecure) -> there), arguments);
    }

    private int execute(CheckCommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new ShortErrors())
                .execute(arguments);
    }
}
