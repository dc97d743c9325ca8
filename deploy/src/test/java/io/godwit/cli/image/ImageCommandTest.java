package io.godwit.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.InventoryEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImageCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();

    /** Memory alone, as after a pre-dump: the smallest directory that is good. */
    @BeforeEach
    void aPreDump() throws IOException {
        inventory(0);
    }

    @Test
    void aGoodDirectoryIsExitCodeZeroAndSilence() {
        assertThat(run("verify", directory.toString())).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void findingsAreOneLineEachAndExitCodeOne() throws IOException {
        inventory(2);
        assertThat(run("verify", directory.toString())).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        directory.resolve("pstree.img") + ": missing, so there is no tree",
                        directory.resolve("files.img") + ": missing, so no file of the tree is known");
    }

    @Test
    void findingsForProgramsAreAList() throws IOException {
        inventory(2);
        assertThat(run("verify", "--json", directory.toString())).isEqualTo(1);
        assertThat(out.toString()).startsWith("[{\"file\": \"" + directory).contains("\"problem\": \"missing, so");
    }

    @Test
    void badArgumentsAreExitCodeTwo() {
        String file = directory.resolve("inventory.img").toString();
        assertThat(run()).isEqualTo(2);
        assertThat(run("verify")).isEqualTo(2);
        assertThat(run("verify", file)).isEqualTo(2);
        assertThat(run("ps", directory.resolve("gone").toString())).isEqualTo(2);
        assertThat(run("info", directory.toString())).isEqualTo(2);
        assertThat(run("show", directory.resolve("gone.img").toString())).isEqualTo(2);
    }

    @Test
    void aMissingImageIsExitCodeOne() {
        assertThat(run("ps", directory.toString())).isEqualTo(1);
        assertThat(run("mems", directory.toString())).isEqualTo(1);
        assertThat(run("fds", directory.toString())).isEqualTo(1);
    }

    @Test
    void anImageIsShownAndDescribed() {
        String file = directory.resolve("inventory.img").toString();
        assertThat(run("show", file)).isZero();
        assertThat(run("info", "--json", file)).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "inventory.img (INVENTORY)\n  entry 1\n    img_version: 0\n    fdinfo_per_id: true\n"
                                + "{\"file\": \"inventory.img\", \"kind\": \"INVENTORY\", \"magic\": \"0x58313116\", \"count\": 1}\n");
    }

    private int run(String... arguments) {
        CommandLine image = ImageCommand.commandLine();
        return image.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private void inventory(int version) throws IOException {
        InventoryEntry entry = InventoryEntry.newBuilder()
                .setImgVersion(version)
                .setFdinfoPerId(true)
                .build();
        Files.write(directory.resolve("inventory.img"), ImageEncoder.encode(ImageKind.INVENTORY, List.of(entry)));
    }
}
