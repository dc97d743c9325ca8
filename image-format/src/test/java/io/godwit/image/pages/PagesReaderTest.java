package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesReaderTest {
    @TempDir
    Path directory;

    private final PagesReader reader = new PagesReader();

    @Test
    void whatRemainsOfTheBufferIsFilled() throws IOException {
        ByteBuffer into = ByteBuffer.wrap("........".getBytes(StandardCharsets.US_ASCII))
                .position(2)
                .limit(6);
        reader.read(file("abcdefgh"), 3, into);
        assertThat(new String(into.array(), StandardCharsets.US_ASCII)).isEqualTo("..defg..");
        reader.close();
    }

    @Test
    void aFileThatEndsBeforeIsNamed() throws IOException {
        Path file = file("abcdefgh");
        assertThatThrownBy(() -> reader.read(file, 6, ByteBuffer.allocate(4)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "ends at 8", "from 6 on");
        reader.close();
    }

    @Test
    void whatCanNotBeReadIsNamed() {
        assertThatThrownBy(() -> reader.read(directory, 0, ByteBuffer.allocate(4)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(directory.toString(), "Is a directory");
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> reader.read(none, 0, ByteBuffer.allocate(4)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(none + ": is not there any more");
        reader.close();
    }

    private Path file(String contents) throws IOException {
        return Files.writeString(directory.resolve("pages-1.img"), contents);
    }
}
