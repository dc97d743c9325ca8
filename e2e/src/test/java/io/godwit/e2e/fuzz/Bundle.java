package io.godwit.e2e.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory of images as one array of bytes. Pages are left out, only how many there are is kept. */
final class Bundle {
    private static final int MAX_FILES = 500;

    private final List<Item> items = new ArrayList<>();

    /** What is in a directory. */
    sealed interface Item {
        String name();
    }

    /** A file with its contents. */
    record Content(String name, byte[] bytes) implements Item {}

    /** A file of zeros. */
    record Sparse(String name, long bytes) implements Item {}

    /** A link. */
    record Link(String name, String target) implements Item {}

    List<Item> items() {
        return items;
    }

    static Bundle of(Path directory) throws IOException {
        Bundle bundle = new Bundle();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (Files.isSymbolicLink(file)) {
                    bundle.items.add(new Link(name, Files.readSymbolicLink(file).toString()));
                } else if (name.startsWith("pages-")) {
                    bundle.items.add(new Sparse(name, Files.size(file)));
                } else if (name.endsWith(".img") || name.startsWith("stats-")) {
                    bundle.items.add(new Content(name, Files.readAllBytes(file)));
                }
            }
        }
        return bundle;
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(items.size());
            for (Item item : items) {
                out.writeUTF(item.name());
                if (item instanceof Content content) {
                    out.writeByte('c');
                    out.writeInt(content.bytes().length);
                    out.write(content.bytes());
                } else if (item instanceof Sparse sparse) {
                    out.writeByte('s');
                    out.writeLong(sparse.bytes());
                } else if (item instanceof Link link) {
                    out.writeByte('l');
                    out.writeUTF(link.target());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Bundle decode(byte[] bytes) throws IOException {
        Bundle bundle = new Bundle();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int count = Math.min(in.readInt(), MAX_FILES);
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            switch (in.readByte()) {
                case 'c' -> bundle.items.add(new Content(name, in.readNBytes(in.readInt())));
                case 's' -> bundle.items.add(new Sparse(name, in.readLong()));
                default -> bundle.items.add(new Link(name, in.readUTF()));
            }
        }
        return bundle;
    }

    /** Writes what is in it. Names here are those of the fuzzer, so they are kept inside; what the images say is not. */
    void write(Path directory) throws IOException {
        for (Item item : items) {
            try {
                write(directory.resolve(item.name().replace('/', '_').replace('\0', '_')), item);
            } catch (InvalidPathException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    private static void write(Path file, Item item) throws IOException {
        if (Files.exists(file) || Files.isSymbolicLink(file)) {
            return;
        }
        if (item instanceof Content content) {
            Files.write(file, content.bytes());
        } else if (item instanceof Link link) {
            Files.createSymbolicLink(file, Path.of(link.target()));
        } else if (item instanceof Sparse sparse) {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                if (sparse.bytes() > 0) {
                    channel.write(ByteBuffer.allocate(1), sparse.bytes() - 1);
                }
            }
        }
    }
}
