package io.godwit.source.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void theTextReportIsAlignedAndHasABarForEachStep() {
        Golden.assertSame(new TextReport(true).render(Samples.report()), "report.txt");
    }

    @Test
    void aReaderWithoutBlockCharactersGetsAscii() {
        String text = new TextReport(false).render(Samples.report());
        assertThat(text).contains("###").matches("\\p{ASCII}*");
        assertThat(text.replace('#', '\u2588')).isEqualTo(new TextReport(true).render(Samples.report()));
    }

    @Test
    void theJsonReportHasAllOfIt() {
        Golden.assertSame(JsonReport.render(Samples.report()) + "\n", "report.json");
    }

    @Test
    void barsStayInsideTheirColumns() {
        MigrationReport report = Samples.report();
        for (String line : new TextReport(true).render(report).lines().toList()) {
            assertThat(line.length()).as(line).isLessThanOrEqualTo(100);
        }
    }

    @Test
    void aStepThatSeemsToBeginBeforeTheFreezeIsDrawnAtItsBeginning() {
        assertThat(new TextReport(false).bar(Step.target("read the images", -900, 300), 23_400))
                .isEqualTo("#");
    }

    @Test
    void jsonEscapesWhatAProcessMayBeNamed() {
        String text = new Json().set("comm", "a\"b\\c\nd\u001b\u00e9").toString();
        assertThat(text).isEqualTo("{\"comm\":\"a\\\"b\\\\c\\u000ad\\u001b\u00e9\"}");
    }

    @Test
    void jsonOfNothingIsStillJson() {
        assertThat(new Json().set("list", List.of()).set("object", new Json()).toString())
                .isEqualTo("{\"list\":[],\"object\":{}}");
    }

    @Test
    void unitsAreThoseThatPeopleRead() {
        assertThat(Units.micros(0)).isEqualTo("0.00 ms");
        assertThat(Units.micros(40)).isEqualTo("0.04 ms");
        assertThat(Units.micros(23_449)).isEqualTo("23.4 ms");
        assertThat(Units.micros(412_000)).isEqualTo("412 ms");
        assertThat(Units.micros(999_499)).isEqualTo("999 ms");
        assertThat(Units.micros(999_600)).isEqualTo("1.00 s");
        assertThat(Units.bytes(0)).isEqualTo("0");
        assertThat(Units.bytes(4096)).isEqualTo("4.0 KiB");
        assertThat(Units.bytes(1L << 28)).isEqualTo("256.0 MiB");
        assertThat(Units.bytes(5L << 30)).isEqualTo("5.00 GiB");
        assertThat(Units.speed(1_234e6)).isEqualTo("1,234 MB/s");
        assertThat(Units.speed(3.14e6)).isEqualTo("3.14 MB/s");
    }
}
