package io.godwit.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupIT {
    private static final int PAGES = 64;
    private static final int REPLACED = 16;

    @TempDir
    private Path base;

    @Test
    void replacedPagesLeaveTheDiskAndAllOthersStay() throws Exception {
        round(0, 0x100000, PAGES);
        round(1, 0x100000 + 8 * PageSink.PAGE, REPLACED);
        Path parent = base.resolve("0/pages-1.img");
        long before = diskBytes(parent);
        long child = diskBytes(base.resolve("1/pages-1.img"));

        CommandRun run = dedup("-D", base.resolve("1").toString());

        assertThat(run).isEqualTo(new CommandRun(0, "freed " + REPLACED * PageSink.PAGE + " bytes\n", ""));
        assertThat(before - diskBytes(parent)).isEqualTo(REPLACED * PageSink.PAGE);
        assertThat(diskBytes(base.resolve("1/pages-1.img"))).isEqualTo(child);
        byte[] left = Files.readAllBytes(parent);
        assertThat(left).hasSize(PAGES * PageSink.PAGE);
        for (int page = 0; page < PAGES; page++) {
            boolean replaced = page >= 8 && page < 8 + REPLACED;
            assertThat(left[page * PageSink.PAGE]).as("page %d", page).isEqualTo((byte) (replaced ? 0 : 7));
        }
    }

    @Test
    void aSecondTimeFreesNothing() throws Exception {
        round(0, 0x100000, PAGES);
        round(1, 0x100000, REPLACED);
        dedup("-D", base.resolve("1").toString());

        assertThat(dedup("--images-dir", base.resolve("1").toString()))
                .isEqualTo(new CommandRun(0, "freed 0 bytes\n", ""));
    }

    @Test
    void aDirectoryThatIsNotThereIsExitCodeTwo() {
        assertThat(dedup("-D", base.resolve("gone").toString()).code()).isEqualTo(2);
    }

    private static CommandRun dedup(String... options) {
        List<String> arguments = new ArrayList<>(List.of("dedup"));
        arguments.addAll(List.of(options));
        return CommandRun.of(Manner.GODWIT, arguments.toArray(String[]::new));
    }

    private void round(int number, long address, int pages) throws IOException {
        Optional<Path> parent = number == 0 ? Optional.empty() : Optional.of(Path.of("../" + (number - 1)));
        ByteBuffer content = ByteBuffer.allocateDirect(pages * PageSink.PAGE);
        while (content.hasRemaining()) {
            content.put((byte) 7);
        }
        Path directory = base.resolve(Integer.toString(number));
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(directory, parent, HolePuncher.NONE)) {
            try (PageSink sink = snapshot.pages(new PagemapId(PagemapId.Kind.TASK, 42))) {
                sink.data(address, content.flip());
            }
            snapshot.finish();
        }
    }

    /** As stat(1) counts, which asks the kernel by itself. */
    private static long diskBytes(Path file) throws IOException, InterruptedException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(stat.waitFor()).isZero();
        return Long.parseLong(blocks) * 512;
    }
}
