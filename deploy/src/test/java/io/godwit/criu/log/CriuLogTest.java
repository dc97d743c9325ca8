package io.godwit.criu.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.criu.options.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriuLogTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long nanos = 5_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void fromLevelThreeOnEachLineHasTheTimeInTwelveBytes() {
        try (CriuLog log = log(4)) {
            log.info("first");
            nanos += 12_034_567_891L;
            log.debug("second");
        }
        assertThat(lines()).containsExactly("(00.000000) first", "(12.034567) second");
    }

    @Test
    void belowThereIsNoTime() {
        try (CriuLog log = log(2)) {
            log.info("not told");
            log.warn("a warning");
            log.error(new IOException("an error"));
        }
        assertThat(lines()).hasSize(2);
        assertThat(lines()[0]).matches("Warn {2}\\(CriuLogTest.java:\\d+\\): a warning");
        assertThat(lines()[1]).matches("Error \\(CriuLogTest.java:\\d+\\): an error");
    }

    @Test
    void aLineThatAListCallsForHasThePlaceOfItsCaller() {
        try (CriuLog log = log(2)) {
            List.of("one", "two").forEach(log::warn);
        }
        assertThat(lines())
                .isNotEmpty()
                .allMatch(line -> line.matches("Warn {2}\\(CriuLogTest.java:\\d+\\): (one|two)"));
    }

    @Test
    void levelZeroTellsNothingAndKnowsTheFirstError() {
        try (CriuLog log = log(0)) {
            log.error("one");
            log.error("two");
            assertThat(log.firstError())
                    .hasValueSatisfying(line -> assertThat(line).matches("Error \\(CriuLogTest.java:\\d+\\): one"));
        }
        assertThat(out.size()).isZero();
    }

    @Test
    void aFileIsTruncatedAndPrivate() throws IOException {
        Path file = Files.writeString(directory.resolve("dump.log"), "what was there before");
        try (CriuLog log = CriuLog.open(new Logging(4, Optional.of("dump.log"), false, false), directory)) {
            log.info("new");
            assertThat(Files.readAllLines(file)).hasSize(3).last().asString().matches("\\(\\d\\d\\.\\d{6}\\) new");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void onStandardErrorGodwitSpeaksAsInItsOtherCommands() throws IOException {
        Logging logging = new Logging(3, Optional.empty(), false, false);
        try (CriuLog log = CriuLog.open(logging, directory, CriuLog.Form.PLAIN, OutputStream.nullOutputStream(), out)) {
            log.warn("a warning");
            log.error(new IOException("an error"));
            log.failed("Dumping FAILED.");
        }
        assertThat(lines()[0]).matches(".*Version: 4\\.2 \\(gitid .+\\)");
        assertThat(lines()[1]).matches(".*Running on .+ Linux .+ x86_64");
        assertThat(lines()[2]).endsWith(") godwit: warning: a warning");
        assertThat(lines()[3]).endsWith(") godwit: an error");
        assertThat(lines()).hasSize(4);
    }

    @Test
    void aTaskHasItsPidBeforeItsLinesOrAFileOfItsOwn() throws IOException {
        try (CriuLog log = log(4)) {
            log.task(42, "restored");
        }
        assertThat(lines()).containsExactly("(00.000000)     42: restored");

        try (CriuLog log = CriuLog.open(new Logging(4, Optional.of("restore.log"), true, false), directory)) {
            log.task(42, "restored");
        }
        assertThat(directory.resolve("restore.log")).content().doesNotContain("restored");
        assertThat(directory.resolve("restore.log.42")).content().matches("\\(\\d\\d\\.\\d{6}\\) restored\n");
    }

    private CriuLog log(int level) {
        return new CriuLog(level, CriuLog.Form.CRIU, out, true, () -> nanos);
    }

    private String[] lines() {
        return out.toString(UTF_8).split("\n");
    }
}
