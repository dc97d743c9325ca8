package io.godwit.page.criu.server;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Serves the pages of a finished dump to a restore that asks for them one by one. */
final class LazyService implements Service {
    /** More is not granted at once: the most that CRIU's daemon asks for. */
    private static final long MAX_GRANTED = 1024;

    private final Path directory;
    private final ServerMetrics metrics;
    private final Map<Integer, List<PageIndex.Extent>> indexes = new HashMap<>();
    private long served;

    LazyService(Path directory, ServerMetrics metrics) {
        this.directory = directory;
        this.metrics = metrics;
    }

    @Override
    public Answer answer(Message message) throws IOException {
        if (message instanceof GetPages get) {
            return pages(get);
        }
        if (message instanceof CloseSession) {
            return Answer.ofInt(0);
        }
        throw new ProtocolException("a client came that sends pages, and this server serves those of a finished dump;"
                + " one that stores is started without --lazy-pages");
    }

    private Answer pages(GetPages get) throws IOException {
        PageIndex.Extent extent = find(index(get.pid()), get.vaddr());
        if (extent == null) {
            throw new ProtocolException(
                    String.format("the dump has no page at 0x%x of pid %d", get.vaddr(), get.pid()));
        }
        long left = (extent.end() - get.vaddr()) / PageSink.PAGE;
        long granted = Math.min(Math.min(get.nrPages(), left), MAX_GRANTED);
        served += granted;
        metrics.served(granted);
        long offset = extent.offset() + get.vaddr() - extent.vaddr();
        return new Answer.Pages(get.answer(granted), extent.pagesFile(), offset, granted * PageSink.PAGE);
    }

    private List<PageIndex.Extent> index(int pid) throws IOException {
        List<PageIndex.Extent> known = indexes.get(pid);
        if (known != null) {
            return known;
        }
        PagemapId id = new PagemapId(PagemapId.Kind.TASK, pid);
        if (!Files.exists(directory.resolve(id.pagemapFileName()))) {
            throw new ProtocolException("pid " + pid + " was asked for, and " + directory + " has no such task");
        }
        List<PageIndex.Extent> extents = PageIndex.load(directory, id).extents();
        indexes.put(pid, extents);
        return extents;
    }

    private static PageIndex.Extent find(List<PageIndex.Extent> extents, long vaddr) {
        int low = 0;
        int high = extents.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PageIndex.Extent extent = extents.get(middle);
            if (vaddr < extent.vaddr()) {
                high = middle - 1;
            } else if (vaddr >= extent.end()) {
                low = middle + 1;
            } else {
                return extent;
            }
        }
        return null;
    }

    @Override
    public void contents(ByteBuffer part) {
        throw new IllegalStateException("no message with contents is taken");
    }

    @Override
    public long contents(int socket, long bytes) {
        throw new IllegalStateException("no message with contents is taken");
    }

    @Override
    public void contentsEnd(AddPages run) {
        throw new IllegalStateException("no message with contents is taken");
    }

    @Override
    public void flush() {}

    @Override
    public boolean mayLeave() {
        return true;
    }

    @Override
    public String summary() {
        return served + " pages served";
    }

    @Override
    public void close(boolean success) {}
}
