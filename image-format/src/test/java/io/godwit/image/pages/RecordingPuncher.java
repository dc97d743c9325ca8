package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Punches by writing zeros, which reads alike, and notes what it did as {@code snapshot/file offset+bytes}, in pages. */
final class RecordingPuncher implements HolePuncher {
    final List<String> punched = new ArrayList<>();

    @Override
    public void punch(Path file, long offset, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) bytes), offset);
        }
        punched.add(file.getParent().getFileName() + "/" + file.getFileName() + " " + offset / PageSink.PAGE + "+"
                + bytes / PageSink.PAGE);
    }
}
