package io.godwit.source.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.client.Compression;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.source.options.HostAndPort;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.precopy.OnNoConvergence;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandTest {
    private final List<MigrationOptions> migrations = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Process victim;

    @BeforeEach
    void startAVictim() throws IOException {
        victim = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void endTheVictim() {
        victim.destroyForcibly();
    }

    @Test
    void migrateHasSensibleDefaults() {
        assertThat(migrate("--to", "localhost")).isZero();
        MigrationOptions options = migrations.get(0);
        assertThat(options.pid()).isEqualTo((int) victim.pid());
        assertThat(options.target()).isEqualTo(new HostAndPort("localhost", HostAndPort.DEFAULT_PORT));
        assertThat(options.downtimeLimit()).isEqualTo(Duration.ofMillis(30));
        assertThat(options.maxRounds()).isEqualTo(30);
        assertThat(options.dryRun() || options.json() || options.insecure() || options.shellJob())
                .isFalse();
        assertThat(options.verbosity()).isZero();
        assertThat(options.onNoConvergence()).isEqualTo(OnNoConvergence.STOP);
        assertThat(options.bytesPerSecond()).isZero();
    }

    @Test
    void migrateTakesEveryOption() {
        String[] all = {"--to=10.1.2.3:99", "--insecure", "--dry-run", "--json", "--shell-job", "--max-rounds=3", "-vv"
        };
        assertThat(migrate(all)).isZero();
        MigrationOptions options = migrations.get(0);
        assertThat(options.target()).isEqualTo(new HostAndPort("10.1.2.3", 99));
        assertThat(options.dryRun() && options.json() && options.insecure() && options.shellJob())
                .isTrue();
        assertThat(options.maxRounds()).isEqualTo(3);
        assertThat(options.verbosity()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"30ms,30000000", "1s,1000000000", "1.5s,1500000000", "800us,800000", "45,45000000", "0.5,500000"})
    void theDowntimeLimitTakesUnits(String text, long nanos) {
        assertThat(migrate("--to", "localhost", "--downtime-limit", text)).isZero();
        assertThat(migrations.get(0).downtimeLimit()).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @CsvSource({"1Gbit,125000000", "100Mbit,12500000", "2.5Gbps,312500000", "50MB,50000000", "50MB/s,50000000", "0,0"})
    void theBandwidthTakesBitsAndBytes(String text, long bytes) {
        assertThat(migrate("--to", "localhost", "--bandwidth", text)).isZero();
        assertThat(migrations.get(0).bytesPerSecond()).isEqualTo(bytes);
    }

    @Test
    void theNumberOfConnectionsIsTheUsersWithinBounds() {
        assertThat(migrate("--to", "localhost", "--streams", "4")).isZero();
        assertThat(migrations.get(0).streams()).isEqualTo(4);
        for (String no : new String[] {"9", "-1"}) {
            assertThat(migrate("--to", "localhost", "--streams", no)).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString()).contains("between 1 and 8");
        }
        assertThat(migrate("--to", "localhost", "--streams", "2", "--via-images"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("can not be used with --via-images");
    }

    @ParameterizedTest
    @CsvSource({
        "--bandwidth,fast",
        "--bandwidth,-1",
        "--bandwidth,1Kbit",
        "--bandwidth,3bit",
        "--on-no-convergence,pray",
        "--compress,gzip"
    })
    void aRateOrWishThatMakesNoSenseIsRefused(String option, String value) {
        assertThat(migrate("--to", "localhost", option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(value.equals("1Kbit") ? "at least 100KB" : "'" + value + "'");
        assertThat(migrations).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"throttle,THROTTLE", "give-up,GIVE_UP"})
    void theUserSaysWhatBecomesOfATreeThatWritesTooFast(String text, OnNoConvergence wanted) {
        assertThat(migrate("--to", "localhost", "--on-no-convergence", text)).isZero();
        assertThat(migrations.get(0).onNoConvergence()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({"auto,AUTO", "off,OFF", "lz4,LZ4", "zstd,ZSTD"})
    void theUserSaysHowPagesAreCompressed(String text, Compression wanted) {
        assertThat(migrate("--to", "localhost", "--compress", text)).isZero();
        assertThat(migrations.get(0).compression()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0ms", "-1", "soon", "3h", "1e3", "99999s", "", "ms"})
    void aDowntimeLimitThatMakesNoSenseIsRefused(String text) {
        assertThat(migrate("--to", "localhost", "--downtime-limit", text)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).containsPattern("downtime-limit|not a time");
        assertThat(migrations).isEmpty();
    }

    @Test
    void wrongUseIsToldInTwoLinesAndExitsTwo() {
        assertThat(migrate()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines()).hasSize(2).first().asString().contains("--to");
        assertThat(migrate("--to", "localhost", "--max-rounds", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--max-rounds must be between 1 and");
        assertThat(migrate("--to", "host:x")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'x' in 'host:x' is not a port number");
    }

    @Test
    void anotherHostWithoutEncryptionNeedsInsecure() {
        assertThat(migrate("--to", "10.1.2.3")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--insecure");
        assertThat(migrations).isEmpty();
    }

    @Test
    void aPidThatCanNotBeMovedIsRefusedBeforeAnythingIsTouched() {
        String self = Long.toString(ProcessHandle.current().pid());
        assertThat(run("migrate", self, "--to", "localhost")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("godwit itself");
        assertThat(run("migrate", "redis", "--to", "localhost")).isEqualTo(ExitCode.USAGE);
        assertThat(migrations).isEmpty();
    }

    @Test
    void aFailureIsToldAndExitsOne() {
        MigrationEngine broken = (options, progress) -> {
            throw new IOException("connection to host-b:4650 was closed in round 2");
        };
        String pid = Long.toString(victim.pid());
        int code = execute(new CommandLine(new MigrateCommand(broken)), pid, "--to", "localhost");
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(err).hasToString("godwit: connection to host-b:4650 was closed in round 2\n");
    }

    @Test
    void anOutcomeThatIsNotKnownExitsThree() {
        MigrationEngine unsure = (options, progress) -> {
            throw new OutcomeUnknownException("look there", null);
        };
        String pid = Long.toString(victim.pid());
        int code = execute(new CommandLine(new MigrateCommand(unsure)), pid, "--to", "localhost");
        assertThat(code).isEqualTo(3);
        assertThat(err).hasToString("godwit: look there\n");
    }

    @Test
    void aFailureWithJsonIsAnEvent() {
        MigrationEngine broken = (options, progress) -> {
            throw new IOException("no");
        };
        String pid = Long.toString(victim.pid());
        execute(new CommandLine(new MigrateCommand(broken)), pid, "--to", "localhost", "--json");
        assertThat(out).hasToString("{\"event\":\"failed\",\"message\":\"no\"}\n");
    }

    @Test
    void helpTellsTheExitCodes() {
        assertThat(run("migrate", "--help")).isZero();
        assertThat(out.toString())
                .contains("HOST[:PORT]")
                .contains("Exit codes:")
                .contains("outcome is not known");
    }

    private int migrate(String... options) {
        return run(with(options, "migrate", Long.toString(victim.pid())));
    }

    private int run(String... arguments) {
        @CommandLine.Command(name = "godwit")
        class Godwit {}
        CommandLine godwit = new CommandLine(new Godwit())
                .addSubcommand(new MigrateCommand((options, progress) -> migrations.add(options)));
        return execute(godwit, arguments);
    }

    private int execute(CommandLine command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(new ShortErrors())
                .execute(arguments);
    }

    private static String[] with(String[] more, String... first) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }
}
