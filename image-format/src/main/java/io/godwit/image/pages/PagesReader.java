package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Reads pages files, each of which is opened once. Used by several threads at the same time. */
public final class PagesReader implements AutoCloseable {
    private final ConcurrentMap<Path, FileChannel> files = new ConcurrentHashMap<>();

    /**
     * Fills what remains of a buffer.
     *
     * @param offset in bytes
     * @throws IOException naming the file, also when it ends before
     */
    public void read(Path file, long offset, ByteBuffer into) throws IOException {
        FileChannel channel = open(file);
        long at = offset;
        while (into.hasRemaining()) {
            int count = read(file, channel, at, into);
            if (count < 0) {
                throw new IOException(file + ": ends at " + at + ", within the pages that its pagemap tells of from "
                        + offset + " on; it is truncated, dump or send it again");
            }
            at += count;
        }
    }

    private static int read(Path file, FileChannel channel, long at, ByteBuffer into) throws IOException {
        try {
            return channel.read(into, at);
        } catch (IOException e) {
            throw new IOException(file + ": can not be read at " + at + ": " + e.getMessage(), e);
        }
    }

    private FileChannel open(Path file) throws IOException {
        FileChannel known = files.get(file);
        if (known != null) {
            return known;
        }
        FileChannel opened;
        try {
            opened = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": is not there any more", e);
        }
        FileChannel other = files.putIfAbsent(file, opened);
        if (other == null) {
            return opened;
        }
        opened.close();
        return other;
    }

    @Override
    public void close() {
        for (FileChannel file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                // it was only read
            }
        }
    }
}
