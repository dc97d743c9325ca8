package io.godwit.e2e.fuzz;

import io.godwit.image.pages.Deduplicator;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.show.DescriptorReport;
import io.godwit.image.show.ImageInfo;
import io.godwit.image.show.ImageShow;
import io.godwit.image.show.JsonText;
import io.godwit.image.show.MappingReport;
import io.godwit.image.show.ProcessReport;
import io.godwit.image.show.TreeReport;
import io.godwit.image.verify.DirectoryVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** All that reads a directory of images and makes no process of it. */
final class ImagesTarget implements FuzzTarget {
    private final List<byte[]> dumps;
    private final Path scratch;

    ImagesTarget(Corpus corpus) throws IOException {
        this.dumps = corpus.dumps();
        this.scratch = Files.createTempDirectory("godwit-fuzz-").resolve("image");
    }

    @Override
    public byte[] input(Random random) throws IOException {
        Bundle bundle = Bundle.decode(dumps.get(random.nextInt(dumps.size())));
        new ImageMutator(random, scratch).mutate(bundle);
        return bundle.encode();
    }

    private interface Step {
        void run() throws IOException;
    }

    /** That one command refuses the images says nothing of the others. */
    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        Path images = Files.createDirectory(sandbox.resolve("images"));
        Bundle.decode(input).write(images);
        List<Step> steps = new ArrayList<>(List.of(
                () -> DirectoryVerifier.verify(images),
                () -> ImageShow.text(images, new StringBuilder()),
                () -> ImageShow.json(images, new StringBuilder()),
                () -> report(new ProcessReport(), images),
                () -> report(new DescriptorReport(), images),
                () -> report(new MappingReport(), images)));
        for (Path file : files(images)) {
            steps.add(() -> ImageInfo.of(file));
            PagemapId.parse(file.getFileName().toString()).ifPresent(id -> {
                steps.add(() -> PageIndex.load(images, id).extents());
                steps.add(() -> dumpUpon(images, id, sandbox.resolve("next-" + id.kind() + id.id())));
            });
        }
        if (Files.exists(images.resolve("parent"))) {
            steps.add(() -> new Deduplicator((file, offset, bytes) -> {}).dedup(images));
        }
        IOException refused = null;
        for (Step step : steps) {
            try {
                step.run();
            } catch (IOException e) {
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private static void report(TreeReport report, Path images) throws IOException {
        var processes = report.read(images);
        report.text(processes, new StringBuilder());
        JsonText.write(new StringBuilder(), processes);
    }

    /** A dump whose parent these images are. */
    private static void dumpUpon(Path images, PagemapId id, Path next) throws IOException {
        HolePuncher dedup = (file, offset, bytes) -> {};
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(next, Optional.of(images), dedup);
                PageSink sink = snapshot.pages(id)) {
            sink.data(0x1000, ByteBuffer.allocateDirect(PageSink.PAGE));
            for (PageIndex.Extent extent : PageIndex.load(images, id).extents()) {
                if (extent.vaddr() >= 0x2000) {
                    sink.parent(extent.vaddr(), extent.nrPages());
                }
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(scratch.getParent());
    }
}
