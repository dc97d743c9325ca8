package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes files of a snapshot. One of the same name is deleted first: if it is a link that someone has put there, what it leads to
 * stays as it is.
 */
final class NewFile {
    private NewFile() {}

    static FileChannel open(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
