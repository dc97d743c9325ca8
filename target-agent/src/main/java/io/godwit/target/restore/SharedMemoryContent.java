package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the contents of shared memory objects from the pages files. */
final class SharedMemoryContent {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int PAGE_BYTES = 4096;

    private final Path directory;
    private final PagesFiles pages;
    private final List<Empty> empty = new ArrayList<>();

    private record Empty(Fd fd, long bytes, long shmid) {}

    SharedMemoryContent(Path directory, PagesFiles pages) {
        this.directory = directory;
        this.pages = pages;
    }

    /** Remembers an object that {@link #fillAll} shall fill. */
    void later(Fd object, long bytes, long shmid) {
        empty.add(new Empty(object, bytes, shmid));
    }

    /** Fills all objects. */
    void fillAll() throws IOException {
        for (Empty object : empty) {
            fill(object.fd(), object.bytes(), object.shmid());
        }
        empty.clear();
    }

    /** Fills an object through a mapping of it, which is gone afterwards. */
    private void fill(Fd object, long bytes, long shmid) throws IOException {
        PagemapId id = new PagemapId(PagemapId.Kind.SHMEM, shmid);
        if (bytes == 0 || !Files.exists(directory.resolve(id.pagemapFileName()))) {
            return;
        }
        PageIndex index = PageIndex.load(directory, id);
        if (index.extents().isEmpty()) {
            return;
        }
        long length = bytes + PAGE_BYTES - 1 & -PAGE_BYTES;
        long address = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, length, PROT_READ_WRITE, MAP_SHARED, object.number(), 0),
                "mmap",
                "shared memory " + shmid);
        try {
            fill(index.extents(), address, length, id);
        } finally {
            Kernel.syscall(Syscall.MUNMAP, address, length);
        }
    }

    private void fill(List<PageIndex.Extent> extents, long address, long length, PagemapId id) throws IOException {
        long bytes = 0;
        for (PageIndex.Extent extent : extents) {
            if (extent.end() > length) {
                throw new RestoreException(id.pagemapFileName() + " has pages beyond the " + length
                        + " bytes of its object; the image is damaged");
            }
            bytes += extent.nrPages() * PAGE_BYTES;
            pages.open(extent.pagesFile());
        }
        PageReads reads = new PageReads(extents);
        Workers.run(Workers.threads(bytes), "fill shared memory", () -> {
            for (PageReads.Read read = reads.next(); read != null; read = reads.next()) {
                for (PageIndex.Extent extent : read.pages()) {
                    read(extent, address);
                }
            }
        });
    }

    /** By several threads, which find the file open. */
    private void read(PageIndex.Extent extent, long base) throws IOException {
        Fd file = pages.open(extent.pagesFile());
        int total = (int) (extent.nrPages() * PAGE_BYTES);
        int done = 0;
        while (done < total) {
            int count = Descriptors.pread(file, base + extent.vaddr() + done, total - done, extent.offset() + done);
            if (count == 0) {
                throw new LinuxException(
                        "pread",
                        extent.pagesFile().toString(),
                        io.godwit.linux.Errno.EIO,
                        "the file is shorter than its pagemap says");
            }
            done += count;
        }
    }
}
