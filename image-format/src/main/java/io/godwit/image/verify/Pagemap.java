package io.godwit.image.verify;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.PageFlags;
import io.godwit.image.pages.PageSink;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.show.ImageFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A pagemap with all that is wrong in it: unlike the index that restores pages, this does not stop at the first. */
final class Pagemap {
    private static final long MAX_PAGES = 1L << 50;

    private final Path file;
    private final List<Run> runs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private Path pages;

    private Pagemap(Path file) {
        this.file = file;
    }

    /** Reads a file; fails if it can not be decoded. */
    static Pagemap read(Path file) throws IOException {
        Pagemap map = new Pagemap(file);
        ImageFile.of(file).visit(entry -> map.add(entry.message()));
        return map;
    }

    /** Of entries that were decoded before. */
    static Pagemap of(ImageSet images, Path file) {
        Pagemap map = new Pagemap(file);
        images.all(file, Message.class).forEach(map::add);
        return map;
    }

    Path file() {
        return file;
    }

    /** Those that can be, in the order of the file. */
    List<Run> runs() {
        return runs;
    }

    List<String> problems() {
        return problems;
    }

    /** Null if there is no head that names it. */
    Path pages() {
        return pages;
    }

    long presentBytes() {
        return runs.stream()
                .filter(Run::present)
                .mapToLong(run -> run.end() - run.start())
                .sum();
    }

    private void add(Message message) {
        if (message instanceof PagemapHead head) {
            pages = file.resolveSibling(ImageKind.PAGES.fileName(Integer.toUnsignedLong(head.getPagesId())));
        } else if (message instanceof PagemapEntry entry) {
            add(entry);
        }
    }

    private void add(PagemapEntry entry) {
        long compat = Integer.toUnsignedLong(entry.getCompatNrPages());
        long count = entry.hasNrPages() ? entry.getNrPages() : compat;
        String at = String.format("the run at 0x%x ", entry.getVaddr());
        // CRIU 4.2 leaves the old field zero
        if (entry.hasNrPages() && compat != 0 && compat != count) {
            problems.add(
                    at + "has " + Long.toUnsignedString(count) + " pages by one field and " + compat + " by the other");
        }
        long last = runs.isEmpty() ? 0 : runs.get(runs.size() - 1).end();
        if (entry.getVaddr() % PageSink.PAGE != 0 || count <= 0 || count > MAX_PAGES || entry.getVaddr() < 0) {
            problems.add(at + "of " + Long.toUnsignedString(count) + " pages is not one of whole pages of a process");
            return;
        }
        if (entry.getVaddr() < last) {
            problems.add(at + "is not above the one before it, which ends at 0x" + Long.toHexString(last));
        }
        Run run = new Run(entry.getVaddr(), entry.getVaddr() + count * PageSink.PAGE, flags(entry));
        if (run.present() && run.inParent()) {
            problems.add(at + "is both here and in the parent");
        } else if (!run.present() && !run.inParent()) {
            problems.add(at + "stayed with the process that was dumped (a lazy dump)");
        }
        runs.add(run);
    }

    private static int flags(PagemapEntry entry) {
        int flags = entry.hasFlags() ? entry.getFlags() : 0;
        if (entry.getInParent()) {
            return flags | PageFlags.PARENT;
        }
        return entry.hasFlags() ? flags : PageFlags.PRESENT;
    }
}
