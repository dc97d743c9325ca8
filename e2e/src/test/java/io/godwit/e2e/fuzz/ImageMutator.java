package io.godwit.e2e.fuzz;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.show.EntryTypes;
import io.godwit.image.show.ImageEntry;
import io.godwit.image.show.ImageFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Changes a directory of images: its files, the entries in them, and their bytes. */
final class ImageMutator {
    private static final String[] TARGETS = {".", "..", "../images", "../outside", "missing", "pstree.img", "/"};
    private static final long MAX_SPARSE_BYTES = 1L << 30;

    private final Random random;
    private final MessageMutator messages;
    private final Path scratch;

    /** @param scratch a file to decode images from */
    ImageMutator(Random random, Path scratch) {
        this.random = random;
        this.messages = new MessageMutator(random);
        this.scratch = scratch;
    }

    void mutate(Bundle bundle) throws IOException {
        for (int i = random.nextInt(3); i >= 0; i--) {
            once(bundle.items());
        }
    }

    private void once(List<Bundle.Item> items) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        int at = random.nextInt(items.size());
        Bundle.Item item = items.get(at);
        switch (random.nextInt(60)) {
            case 0 -> items.remove(at);
            case 1 -> items.add(0, renamed(item, otherName()));
            case 2 -> items.add(0, new Bundle.Link("parent", TARGETS[random.nextInt(TARGETS.length)]));
            case 3 -> items.add(0, new Bundle.Link(item.name(), TARGETS[random.nextInt(TARGETS.length)]));
            case 4 -> items.add(0, made());
            default -> items.set(at, changed(item));
        }
    }

    private Bundle.Item changed(Bundle.Item item) throws IOException {
        if (item instanceof Bundle.Sparse sparse) {
            long bytes = random.nextBoolean() ? sparse.bytes() - 4096 : ByteMutator.edge(random);
            return new Bundle.Sparse(sparse.name(), Math.floorMod(bytes, MAX_SPARSE_BYTES));
        }
        if (!(item instanceof Bundle.Content content)) {
            return item;
        }
        byte[] bytes = random.nextInt(8) == 0 ? ByteMutator.mutate(content.bytes(), random) : entries(content);
        return new Bundle.Content(content.name(), bytes);
    }

    /** Changes one entry, or its place. */
    private byte[] entries(Bundle.Content content) throws IOException {
        Optional<ImageKind> kind = ImageKind.ofFileName(content.name());
        List<ImageEncoder.Entry> entries = new ArrayList<>();
        Path file = scratch.resolveSibling(content.name().replace('/', '_'));
        Files.write(file, content.bytes());
        try {
            ImageFile.of(file).visit(entry -> entries.add(new ImageEncoder.Entry(entry.message(), extra(entry))));
        } catch (IOException e) {
            return ByteMutator.mutate(content.bytes(), random);
        } finally {
            Files.delete(file);
        }
        if (entries.isEmpty() || kind.isEmpty()) {
            return ByteMutator.mutate(content.bytes(), random);
        }
        int at = random.nextInt(entries.size());
        ImageEncoder.Entry entry = entries.get(at);
        switch (random.nextInt(16)) {
            case 0 -> entries.remove(at);
            case 1 -> entries.add(at, entry);
            case 2 -> entries.add(entries.remove(random.nextInt(entries.size())));
            default -> entries.set(at, new ImageEncoder.Entry(messages.mutate(entry.message()), entry.extra()));
        }
        byte[] bytes = ImageEncoder.encodeEntries(kind.get(), entries);
        boolean firstVersion = kind.get().framing() == ImageKind.Framing.COMMON && random.nextInt(10) == 0;
        return firstVersion ? Arrays.copyOfRange(bytes, 4, bytes.length) : bytes;
    }

    private static byte[] extra(ImageEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        entry.payloads().forEach(payload -> bytes.writeBytes(payload.bytes()));
        return bytes.toByteArray();
    }

    /** An image of a kind that may not be there yet. */
    private Bundle.Item made() {
        ImageKind kind = anyKind();
        if (kind.framing() == ImageKind.Framing.RAW) {
            return new Bundle.Sparse(name(kind), random.nextInt(8) * 4096L);
        }
        List<Message> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            entries.add(messages.make(EntryTypes.of(kind), 0));
        }
        return new Bundle.Content(name(kind), ImageEncoder.encode(kind, entries));
    }

    private String otherName() {
        return name(anyKind());
    }

    private ImageKind anyKind() {
        ImageKind[] kinds = ImageKind.values();
        return kinds[random.nextInt(kinds.length)];
    }

    private String name(ImageKind kind) {
        return kind.numbered() ? kind.fileName(random.nextInt(4)) : kind.fileName();
    }

    private static Bundle.Item renamed(Bundle.Item item, String name) {
        if (item instanceof Bundle.Content content) {
            return new Bundle.Content(name, content.bytes());
        }
        if (item instanceof Bundle.Sparse sparse) {
            return new Bundle.Sparse(name, sparse.bytes());
        }
        return new Bundle.Link(name, ((Bundle.Link) item).target());
    }
}
