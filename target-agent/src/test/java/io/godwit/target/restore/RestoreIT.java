package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.target.receive.FarPids;
import io.godwit.target.receive.Rehearsal;
import io.godwit.target.receive.RehearsalImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores a process that no one has ever dumped, and looks at it in /proc. */
class RestoreIT {
    private final int pid = FarPids.next();

    @TempDir
    Path images;

    @Test
    void aRestoredProcessIsWhatItsImagesSay() throws IOException {
        new RehearsalImages(pid).write(images);

        RestoredTree tree = Restorer.restore(images, RestoreOptions.defaults());
        try {
            ProcDirectory process = ProcDirectory.process(pid);
            assertThat(process.threads()).containsExactly(pid, pid + 1);
            assertThat(process.stat().comm()).isEqualTo("rehearsal");
            assertThat(ProcDirectory.thread(pid, pid + 1).stat().comm()).isEqualTo("second");
            assertThat(process.descriptors()).containsExactly(0, 1, 2, 3, 4, 5, 6, 9, 20, 21, 22, 23, 24);
            assertThat(ProcDirectory.process(pid + 2).stat().comm()).isEqualTo("child");
            assertThat(ProcDirectory.process(pid + 2).status().parent()).isEqualTo(pid);
            assertThat(process.link("fd/0")).isEqualTo("/dev/null");
            assertThat(process.link("fd/1")).isEqualTo(process.link("fd/2")).startsWith("pipe:");
            assertThat(process.fdInfo(3).value("eventfd-count").map(String::strip))
                    .contains("2a");
            assertThat(process.link("fd/5")).isEqualTo("anon_inode:[timerfd]");
            assertThat(process.link("fd/6")).isEqualTo("anon_inode:[signalfd]");
            for (int socket = 20; socket <= 24; socket++) {
                assertThat(process.link("fd/" + socket)).startsWith("socket:");
            }
            String listener = process.link("fd/23").replaceAll("\\D", "");
            assertThat(process.lines("net/tcp"))
                    .filteredOn(line -> line.strip().split(" +")[9].equals(listener))
                    .singleElement(STRING)
                    .contains(String.format(" %08X:F19D 00000000:0000 0A ", Integer.reverseBytes(0x7f400000 | pid)));
            assertThat(process.status().bits("SigBlk")).isEqualTo(1);
            assertThat(process.maps().stream().map(Vma::name))
                    .contains("[vdso]", "[vvar]")
                    .doesNotContain("[heap]");
            assertThat(process.maps().get(0).start()).isEqualTo(0x10000000L);
        } finally {
            tree.kill();
        }
        assertThat(lives(pid)).isFalse();
    }

    @Test
    void theStepsAreTimedAndEndWithTheRegisters() throws IOException {
        new RehearsalImages(pid).write(images);

        RestoredTree tree = Restorer.restore(images, RestoreOptions.defaults());
        tree.kill();

        assertThat(tree.steps().get(0).name()).isEqualTo("read the images");
        assertThat(tree.steps().get(tree.steps().size() - 1).name()).isEqualTo("set the registers");
        assertThat(tree.steps()).allSatisfy(step -> assertThat(step.nanos()).isPositive());
    }

    @Test
    void aTakenPidIsToldAndNothingIsLeft() throws IOException {
        int taken = (int) ProcessHandle.current().pid();
        new RehearsalImages(taken).write(images);

        assertThatThrownBy(() -> Restorer.restore(images, RestoreOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pid " + taken)
                .hasMessageContaining("end that process");
    }

    @Test
    void aFailureInTheMiddleNamesWhatCouldNotBeDoneAndLeavesNothing() throws IOException {
        new RehearsalImages(pid).write(images);
        addPageOutsideOfMappings();

        assertThatThrownBy(() -> Restorer.restore(images, RestoreOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "there is a page for address 0x60000000 of pid " + pid + ", where nothing is mapped");
        assertThat(lives(pid)).isFalse();
    }

    @Test
    void aPagesFileThatIsCutOffIsRefusedBeforeAnythingStarts() throws IOException {
        new RehearsalImages(pid).write(images);
        cutPagesShort();

        assertThatThrownBy(() -> Restorer.restore(images, RestoreOptions.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pages-")
                .hasMessageContaining("truncated");
        assertThat(ProcDirectory.process(pid).exists()).isFalse();
    }

    @Test
    void rehearsalsLeaveNoProcessAndNoFile() throws IOException {
        Rehearsal.run(images);

        try (var left = Files.list(images)) {
            assertThat(left.toList()).isEqualTo(List.of());
        }
    }

    private static boolean lives(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        return process.exists() && !process.stat().zombie();
    }

    /** A snapshot that is begun in a directory takes away the inventory of the one before. */
    private void addPageOutsideOfMappings() throws IOException {
        Path inventory = images.resolve("inventory.img");
        byte[] complete = Files.readAllBytes(inventory);
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(images, Optional.empty(), HolePuncher.NONE)) {
            try (PageSink pages = snapshot.pages(new PagemapId(PagemapId.Kind.TASK, pid))) {
                pages.data(0x6000_0000L, ByteBuffer.allocate(4096));
            }
            snapshot.finish();
        }
        Files.write(inventory, complete);
    }

    private void cutPagesShort() throws IOException {
        try (var files = Files.list(images)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("pages-"))
                    .toList()) {
                Files.write(file, new byte[100]);
            }
        }
    }
}
