package io.godwit.image.verify;

import io.godwit.image.pages.ImageChecksums;
import io.godwit.image.pages.PageChecksums;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Images and pages are as they were written, where checksums tell. Of the pages these are the ones that a restore from the
 * directory would read, in whichever parent they are: what a newer snapshot has replaced may have been freed.
 */
final class ChecksumCheck {
    private static final int PIECE_BYTES = 1 << 20;

    private final Findings findings;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    ChecksumCheck(Findings findings) {
        this.findings = findings;
    }

    void run(Path directory) throws IOException {
        try {
            images(directory);
        } catch (IOException e) {
            findings.add(directory.resolve(ImageChecksums.FILE), e);
        }
        for (PagemapId id : pagemaps(directory)) {
            pages(directory, id);
        }
    }

    private void images(Path directory) throws IOException {
        for (Map.Entry<String, ImageChecksums.Sum> sum :
                ImageChecksums.read(directory).entrySet()) {
            Path file = directory.resolve(sum.getKey());
            if (!Files.isRegularFile(file)) {
                findings.add(file, "missing, and %s has its checksum", ImageChecksums.FILE);
            } else if (Files.size(file) != sum.getValue().bytes()
                    || !ImageChecksums.Sum.of(Files.readAllBytes(file)).equals(sum.getValue())) {
                findings.add(file, "is not as it was written, by its checksum in %s", ImageChecksums.FILE);
            }
        }
    }

    private static List<PagemapId> pagemaps(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> PagemapId.parse(file.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    private void pages(Path directory, PagemapId id) throws IOException {
        List<PageIndex.Extent> extents;
        try {
            extents = PageIndex.load(directory, id).extents();
        } catch (IOException e) {
            return; // why not is among the findings of others
        }
        Path pages = null;
        List<PageIndex.Extent> ofOne = new ArrayList<>();
        for (PageIndex.Extent extent : extents) {
            if (!extent.pagesFile().equals(pages)) {
                check(pages, ofOne);
                ofOne.clear();
                pages = extent.pagesFile();
            }
            ofOne.add(extent);
        }
        check(pages, ofOne);
    }

    private void check(Path pages, List<PageIndex.Extent> extents) throws IOException {
        if (pages == null) {
            return;
        }
        Optional<PageChecksums> checksums = PageChecksums.open(pages);
        if (checksums.isEmpty()) {
            return;
        }
        try (PageChecksums sums = checksums.get();
                FileChannel channel = FileChannel.open(pages)) {
            long differing = 0;
            for (PageIndex.Extent extent : extents) {
                differing += differing(channel, sums, extent);
            }
            if (differing > 0) {
                findings.add(
                        pages,
                        "has pages that are not as they were written, by %s: they are damaged or were freed",
                        PageChecksums.file(pages).getFileName());
            }
        }
    }

    private long differing(FileChannel channel, PageChecksums sums, PageIndex.Extent extent) throws IOException {
        long differing = 0;
        long end = extent.offset() + extent.nrPages() * PageSink.PAGE;
        for (long at = extent.offset(); at < end; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
            int length = piece.limit();
            while (piece.hasRemaining() && channel.read(piece, at + piece.position()) > 0) {
                continue;
            }
            piece.flip();
            if (piece.limit() < length) {
                return differing + 1;
            }
            differing += sums.differing(at / PageSink.PAGE, piece);
        }
        return differing;
    }
}
