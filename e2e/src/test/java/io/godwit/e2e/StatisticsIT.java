package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The figures of a dump and of a restore are those of what was done, and Debian's crit reads them. */
class StatisticsIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final long PAGE = 4096;
    private static final long NANOS_PER_MICRO = 1000;

    @RegisterExtension
    private static final OneHost host = new OneHost(1000);

    @TempDir
    private Path images;

    @TempDir
    private Path work;

    @Test
    void theFiguresAreThoseOfTheImages() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();

            long began = System.nanoTime();
            host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            long micros = (System.nanoTime() - began) / NANOS_PER_MICRO;
            assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                    .isTrue();

            String dump = crit(images.resolve("stats-dump"));
            long pages = pagesInImages();
            assertThat(pages).isGreaterThan(9_830);
            assertThat(figure(dump, "pages_written") + figure(dump, "shpages_written"))
                    .isEqualTo(pages);
            assertThat(figure(dump, "pages_scanned")).isEqualTo(figure(dump, "pages_written"));
            assertThat(figure(dump, "pages_skipped_parent")).isZero();
            assertThat(figure(dump, "freezing_time")).isBetween(1L, micros);
            assertThat(figure(dump, "frozen_time")).isBetween(figure(dump, "memdump_time"), micros);
            assertThat(figure(dump, "memdump_time")).isGreaterThan(figure(dump, "memwrite_time"));
            assertThat(figure(dump, "memwrite_time")).isPositive();

            host.exec(GODWIT, "restore", "-d", "-D", images.toString(), "-W", work.toString())
                    .succeeded();
            String restore = crit(work.resolve("stats-restore"));
            assertThat(figure(restore, "pages_restored")).isEqualTo(figure(dump, "pages_written"));
            assertThat(figure(restore, "restore_time")).isGreaterThan(figure(restore, "forking_time"));
            assertThat(figure(restore, "forking_time")).isPositive();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static String crit(Path file) throws IOException {
        return host.exec("crit", "show", file.toString()).succeeded().output();
    }

    private static long figure(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": (\\d+)").matcher(json);
        assertThat(matcher.find()).as("%s in %s", name, json).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private long pagesInImages() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                if (file.getFileName().toString().matches("pages-.*\\.img")) {
                    bytes += Files.size(file);
                }
            }
            return bytes / PAGE;
        }
    }
}
