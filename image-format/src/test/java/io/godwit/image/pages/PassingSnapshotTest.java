package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassingSnapshotTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    @TempDir
    Path base;

    private PassingSnapshot snapshot;

    @BeforeEach
    void begin() throws IOException {
        snapshot = PassingSnapshot.create(base.resolve("0"), Optional.empty(), HolePuncher.NONE, 100);
    }

    @Test
    void smallImagesCanBeReadAndAreInNoFile() throws IOException {
        snapshot.image("mm-42.img", new byte[] {1, 2});
        assertThat(snapshot.has("mm-42.img")).isTrue();
        assertThat(snapshot.read("mm-42.img")).containsExactly(1, 2);
        assertThat(base.resolve("0")).isEmptyDirectory();
    }

    @Test
    void whatWouldBeTooMuchGoesIntoFiles() throws IOException {
        snapshot.image("mm-42.img", new byte[60]);
        snapshot.image("mm-43.img", new byte[41]);
        snapshot.image("mm-44.img", new byte[40]);
        assertThat(base.resolve("0")).isDirectoryContaining("glob:**/mm-43.img");
        assertThat(base.resolve("0").toFile().list()).hasSize(1);
        assertThat(snapshot.has("mm-43.img")).isTrue();
        assertThat(snapshot.read("mm-43.img")).hasSize(41);
        assertThat(snapshot.read("mm-44.img")).hasSize(40);
    }

    @Test
    void theLastContentOfANameCountsWhereverItIs() throws IOException {
        snapshot.image("a.img", new byte[90]);
        snapshot.image("a.img", new byte[101]);
        assertThat(snapshot.read("a.img")).hasSize(101);
        snapshot.image("b.img", new byte[100]);
        snapshot.image("a.img", new byte[102]);
        assertThat(snapshot.read("a.img")).hasSize(102);
        snapshot.image("b.img", new byte[1]);
        snapshot.image("a.img", new byte[3]);
        assertThat(snapshot.read("a.img")).hasSize(3);
    }

    @Test
    void pagesAreInTheDirectoryThatItNames() throws IOException {
        snapshot.image("mm-42.img", new byte[10]);
        try (PageSink pages = snapshot.pages(TASK)) {
            pages.data(0x1000, Memory.pages(7));
        }
        snapshot.finish();
        assertThat(Memory.of(PageIndex.load(snapshot.directory(), TASK))).containsOnly(Map.entry(1L, 7));
    }

    @Test
    void anImageThatIsMissingIsNamedByItsPath() {
        assertThat(snapshot.has("inventory.img")).isFalse();
        assertThatThrownBy(() -> ImageReader.open(snapshot, ImageKind.INVENTORY))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(base.resolve("0/inventory.img") + ": no such image");
    }

    @Test
    void aDamagedImageIsNamedByItsPath() throws IOException {
        snapshot.image("inventory.img", new byte[20]);
        assertThatThrownBy(() -> ImageReader.open(snapshot, ImageKind.INVENTORY))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(base.resolve("0/inventory.img") + ": has magic 0x00000000");
    }
}
