package io.godwit.image.pages;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A pagemap file. A round of a migration can have a hundred thousand entries, and the last one is read while the tree stands
 * still: so they are decoded in place, without an object for each.
 */
final class PagemapFile {
    /** Above all addresses of a process, below where sums of them overflow. */
    private static final long MAX_ADDRESS = 1L << 62;

    private static final int ABSENT = -1;

    private final Path file;
    private final Path pages;
    private final byte[] entries;
    private final int firstEntry;

    private PagemapFile(Path file, Path pages, byte[] entries, int firstEntry) {
        this.file = file;
        this.pages = pages;
        this.entries = entries;
        this.firstEntry = firstEntry;
    }

    /** Takes the runs of a pagemap; addresses are bytes, the end is exclusive. */
    @FunctionalInterface
    interface RunVisitor {
        void run(long start, long end, int flags) throws IOException;
    }

    static PagemapFile open(Path directory, PagemapId id) throws IOException {
        Path file = directory.resolve(id.pagemapFileName());
        ImageReader reader = ImageReader.openFile(file, ImageKind.PAGEMAP);
        PagemapHead head = reader.next(PagemapHead.parser());
        Path pages = directory.resolve(ImageKind.PAGES.fileName(Integer.toUnsignedLong(head.getPagesId())));
        int firstEntry = reader.position();
        return new PagemapFile(file, pages, reader.rest(), firstEntry);
    }

    Path file() {
        return file;
    }

    /** Holds the contents of the present runs, one after the other. */
    Path pages() {
        return pages;
    }

    /** Visits the runs, ascending, with the rules for the fields of older versions applied. */
    void forEach(RunVisitor visitor) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(entries);
        long[] run = new long[3];
        long end = 0;
        while (in.getTotalBytesRead() < entries.length) {
            int at = firstEntry + in.getTotalBytesRead();
            try {
                decode(in, run);
            } catch (IOException e) {
                throw damaged(at, "can not be decoded (" + e.getMessage() + ")", e);
            }
            check(run, end, at);
            end = run[1];
            visitor.run(run[0], end, (int) run[2]);
        }
    }

    /** Decodes one entry into start, end and flags. */
    private static void decode(CodedInputStream in, long[] run) throws IOException {
        int outer = in.pushLimit(in.readRawLittleEndian32());
        long vaddr = ABSENT;
        long compatPages = ABSENT;
        long pages = ABSENT;
        int flags = ABSENT;
        boolean inParent = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_VARINT) {
                in.skipField(tag);
                continue;
            }
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PagemapEntry.VADDR_FIELD_NUMBER -> vaddr = in.readUInt64();
                case PagemapEntry.COMPAT_NR_PAGES_FIELD_NUMBER -> compatPages = Integer.toUnsignedLong(in.readUInt32());
                case PagemapEntry.IN_PARENT_FIELD_NUMBER -> inParent = in.readBool();
                case PagemapEntry.FLAGS_FIELD_NUMBER -> flags = in.readUInt32();
                case PagemapEntry.NR_PAGES_FIELD_NUMBER -> pages = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        long count = pages == ABSENT ? compatPages : pages;
        run[0] = vaddr;
        run[1] = count > 0 && count < MAX_ADDRESS / PageSink.PAGE ? vaddr + count * PageSink.PAGE : ABSENT;
        run[2] = flags(flags, inParent);
    }

    private static int flags(int flags, boolean inParent) {
        if (inParent) {
            return flags == ABSENT ? PageFlags.PARENT : flags | PageFlags.PARENT;
        }
        return flags == ABSENT ? PageFlags.PRESENT : flags;
    }

    private void check(long[] run, long previousEnd, int at) throws ImageException {
        boolean address = run[0] >= previousEnd && run[0] < MAX_ADDRESS && run[0] % PageSink.PAGE == 0;
        if (!address || run[1] <= run[0]) {
            throw damaged(
                    at,
                    String.format(
                            "says pages 0x%x-0x%x: no whole pages, none, or not above 0x%x, where the one before ends",
                            run[0], run[1], previousEnd),
                    null);
        }
        int place = (int) run[2] & (PageFlags.PARENT | PageFlags.PRESENT);
        if (place == (PageFlags.PARENT | PageFlags.PRESENT)) {
            throw damaged(at, String.format("says that 0x%x is both here and in the parent", run[0]), null);
        }
    }

    private ImageException damaged(int at, String what, IOException cause) {
        return new ImageException(
                file + ": the entry at byte " + at + " " + what + "; the file is damaged, dump again", cause);
    }
}
