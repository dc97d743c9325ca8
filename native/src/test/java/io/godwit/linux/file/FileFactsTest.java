package io.godwit.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {
    @TempDir
    Path directory;

    @Test
    void anExecutableIsToldByItsBuildId() throws IOException {
        FileFacts facts = FileFacts.of(Path.of("/proc/self/exe"));
        assertThat(facts.buildId()).isPresent();
        assertThat(facts.crc32c()).isEmpty();
        assertThat(facts.size()).isPositive();
        assertThat(facts.isRegular()).isTrue();
    }

    @Test
    void anotherFileIsToldByTheKnownChecksum() throws IOException {
        FileFacts facts = FileFacts.of(write("a", "123456789"));
        assertThat(facts.crc32c()).contains(0xe3069283L);
        assertThat(facts.size()).isEqualTo(9);
        assertThat(facts.mode() & 0170000).isEqualTo(0100000);
    }

    @Test
    void aLargeFileIsToldByItsSizeAlone() throws IOException {
        Path large = directory.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(FileFacts.MAX_CRC_BYTES + 1);
        }
        assertThat(FileFacts.of(large).crc32c()).isEmpty();
        assertThat(FileFacts.of(large).size()).isEqualTo(FileFacts.MAX_CRC_BYTES + 1);
    }

    @Test
    void directoriesAndDevicesAreNotRead() throws IOException {
        assertThat(FileFacts.of(directory).size()).isZero();
        assertThat(FileFacts.of(directory).isRegular()).isFalse();
        assertThat(FileFacts.of(Path.of("/dev/zero")).crc32c()).isEmpty();
    }

    @Test
    void aMissingFileIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> FileFacts.of(directory.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void equalFilesDoNotDiffer() throws IOException {
        assertThat(difference(FileFacts.of(write("a", "x")), FileFacts.of(write("b", "x"))))
                .isEmpty();
    }

    @Test
    void otherPermissionsAreNoDifference() {
        assertThat(difference(regular(5, 0755), regular(5, 0700))).isEmpty();
    }

    @Test
    void theDifferenceIsToldInWords() throws IOException {
        assertThat(difference(regular(5, 0644), regular(6, 0644))).contains("5 bytes on here, 6 bytes on there");
        assertThat(difference(FileFacts.of(write("a", "x")), FileFacts.of(write("b", "y"))))
                .hasValueSatisfying(text -> assertThat(text).startsWith("same size but other content"));
        assertThat(difference(regular(5, 0644), FileFacts.of(directory)))
                .contains("a regular file on here, a directory on there");
    }

    @Test
    void aBuildIdCountsMoreThanTheSize() {
        assertThat(difference(elf(5, "aa"), elf(6, "aa"))).isEmpty();
        assertThat(difference(elf(5, "aa"), elf(5, "bb"))).contains("build id aa on here, bb on there");
        assertThat(difference(elf(5, "aa"), regular(5, 0755))).contains("build id aa on here, none on there");
    }

    private static Optional<String> difference(FileFacts here, FileFacts there) {
        return here.difference(there, "here", "there");
    }

    private static FileFacts regular(long size, int permissions) {
        return new FileFacts(size, 0100000 | permissions, Optional.empty(), Optional.empty());
    }

    private static FileFacts elf(long size, String buildId) {
        return new FileFacts(size, 0100755, Optional.of(buildId), Optional.empty());
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
