package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree comes back from its images in whichever form a version of CRIU would have written them. */
class ImageFormsIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();

    @RegisterExtension
    private static final OneHost host = new OneHost(1000);

    @TempDir
    private Path base;

    private interface Rewrite {
        void apply(Path images) throws IOException;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files",
                "epoll",
                "threads",
                "pipes",
                "deleted",
                "signals",
                "timers",
                "credentials",
                "shared",
                "memory",
                "listen",
                "zombies"
            })
    void theOldestForm(String victim) throws IOException {
        restores(victim, images -> ImageForms.oldest(images, base.resolve("parent")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "memfd"})
    void theFormOfCriu42(String victim) throws IOException {
        restores(victim, ImageForms::newest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "memfd"})
    void theFormBeforeCriu42(String victim) throws IOException {
        restores(victim, ImageForms::before42);
    }

    private void restores(String name, Rewrite rewrite) throws IOException {
        Path images = Files.createDirectory(base.resolve("images"));
        try (Victim victim = Victim.of(name)) {
            int pid = host.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            List<String> before = Picture.of(host, pid);
            host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                    .as("%d is gone after the dump", pid)
                    .isTrue();

            rewrite.apply(images);
            deleteChecksums(images);
            host.exec(GODWIT, "image", "verify", images.toString()).succeeded();
            host.exec(GODWIT, "restore", "-d", "-D", images.toString()).succeeded();

            List<String> after = Picture.of(host, pid);
            assertSoftly(softly -> {
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }

    /** Whoever wrote these forms wrote none. */
    private static void deleteChecksums(Path images) throws IOException {
        try (DirectoryStream<Path> checksums = Files.newDirectoryStream(images, "*.crc32c")) {
            for (Path file : checksums) {
                Files.delete(file);
            }
        }
    }
}
