package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mounts that a tree with a mount namespace of its own has from this host, and those that are left out or mounted anew. */
class OutsideMountsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] LEFT_OUT = {"--external", "mnt[/outside]:etc"};

    @Test
    void whatIsMountedFromOutsideIsFound() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            String[] found = {"--root", tree.root().toString(), "--external", "mnt[]"};
            tree.dump("--ext-mount-map", "auto").succeeded();
            assertThat(tree.isGone()).isTrue();
            assertThat(tree.restore("--root", tree.root().toString()).output())
                    .contains("--external mnt[] if it is the same");
            tree.restore(found).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells()).isEqualTo(before).anyMatch(line -> line.startsWith("mount /outside "));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsFoundIsTiedToItsMountAgain(boolean peer) throws IOException {
        Path outside = Files.createTempDirectory("godwit-outside-");
        Execution.of(LIMIT, List.of("mount", "-t", "tmpfs", "outside", outside.toString()))
                .succeeded();
        try {
            Execution.of(LIMIT, List.of("mount", "--make-shared", outside.toString()))
                    .succeeded();
            Path below = Files.createDirectory(outside.resolve("below"));
            try (Contained tree = peer ? Contained.withSharedMount(outside) : Contained.withMountThatFollows(outside)) {
                assertThat(tree.dump("--external", "mnt[]").output())
                        .contains(peer ? "--enable-external-sharing" : "--enable-external-masters");
                assertThat(tree.counts()).isTrue();
                tree.dump("--external", peer ? "mnt[]:s" : "mnt[]:m").succeeded();
                assertThat(tree.isGone()).isTrue();
                tree.restore("--root", tree.root().toString(), "--external", "mnt[]")
                        .succeeded();
                Execution.of(LIMIT, List.of("mount", "-t", "tmpfs", "later", below.toString()))
                        .succeeded();

                assertThat(tree.counts()).isTrue();
                assertThat(Eventually.holds(LIMIT, () -> tells(tree, "mount /outside/below ")))
                        .isTrue();
            }
        } finally {
            Execution.of(LIMIT, List.of("umount", "--recursive", outside.toString()))
                    .succeeded();
            Files.delete(outside);
        }
    }

    private static boolean tells(Contained tree, String start) {
        try {
            return tree.tells().stream().anyMatch(line -> line.startsWith(start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMountMayBeLeftOut() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            assertThat(tree.dump("--skip-mnt", "/outside", "--skip-mnt", "/bound", "--skip-mnt", "/dev")
                            .output())
                    .contains("(/dev/", "it is on the mount /dev, which --skip-mnt leaves out");
            assertThat(tree.counts()).isTrue();
            tree.dump("--skip-mnt", "/outside").succeeded();
            assertThat(tree.isGone()).isTrue();
            tree.restore("--root", tree.root().toString()).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells())
                    .contains("/outside/hostname: ")
                    .noneMatch(line -> line.startsWith("mount /outside "));
            assertThat(withoutOutside(tree.tells())).isEqualTo(withoutOutside(before));
        }
    }

    @Test
    void aMountOfWhichSomethingIsMappedIsNotLeftOut() throws IOException {
        try (Contained tree = Contained.withMappedFile()) {
            assertThat(tree.dump("--skip-mnt", "/outside").output())
                    .contains("the mapping at 0x", "(/outside/hostname)", "it is on the mount /outside");
            assertThat(tree.counts()).isTrue();
        }
    }

    private static List<String> withoutOutside(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isEmpty() && !line.contains("/outside"))
                .toList();
    }

    @Test
    void aFileSystemThatIsNamedIsMountedAsItIs() throws IOException {
        try (Contained tree = Contained.withRamfs()) {
            List<String> before = tree.tells();
            assertThat(tree.dump(LEFT_OUT).output()).contains("mount /ram: a mount of ramfs can not be moved yet");
            tree.dump("--enable-fs", "fuse,ramfs", LEFT_OUT[0], LEFT_OUT[1]).succeeded();
            assertThat(tree.isGone()).isTrue();
            assertThat(tree.restore(given(tree)).output()).contains("mount /ram of ramfs", "--enable-fs");
            String[] given = given(tree);
            tree.restore("--enable-fs", "all", given[0], given[1], given[2], given[3])
                    .succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells()).isEqualTo(before).anyMatch(line -> line.startsWith("mount /ram / rw,noexec"));
        }
    }

    private static String[] given(Contained tree) {
        return new String[] {"--root", tree.root().toString(), "--external", "mnt[etc]:/etc"};
    }
}
