package io.godwit.page.criu.client;

import io.godwit.image.ImageException;
import io.godwit.image.pages.OnDemandRanges;
import io.godwit.image.pages.PageFlags;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.wire.AddPages;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends the pages of one object. */
final class PageServerSink implements PageSink {
    private static final int ZERO_BYTES = 64 << 10;

    private final PageClient client;
    private final PagemapId object;
    private final boolean hasParent;
    private final OnDemandRanges onDemand = new OnDemandRanges();

    PageServerSink(PageClient client, PagemapId object, boolean hasParent) {
        this.client = client;
        this.object = object;
        this.hasParent = hasParent;
    }

    @Override
    public void data(long vaddr, ByteBuffer pages) throws IOException {
        onDemand.split(vaddr, vaddr + pages.remaining(), (from, to, lazy) -> {
            int flags = lazy ? PageFlags.PRESENT | PageFlags.LAZY : PageFlags.PRESENT;
            client.add(new AddPages(object, from, (to - from) / PAGE, flags));
            client.contents(pages.slice(pages.position(), (int) (to - from)));
            pages.position(pages.position() + (int) (to - from));
        });
    }

    @Override
    public void onDemand(long vaddr, long nrPages) {
        onDemand.add(vaddr, vaddr + nrPages * PAGE);
    }

    /** The protocol knows no pages of zeros; left out, they would be those of the file in a mapping of one. */
    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
        long end = vaddr + nrPages * PAGE;
        for (long at = vaddr; at < end; at += ZERO_BYTES) {
            data(at, zeros.slice(0, (int) Math.min(ZERO_BYTES, end - at)));
        }
    }

    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        if (!hasParent) {
            throw new ImageException(String.format(
                    "the page at 0x%x is as in the snapshot before, which the page server at %s does not have for %s; start "
                            + "it with --prev-images-dir, or dump without",
                    vaddr, client.peer(), object.pagemapFileName()));
        }
        long left = nrPages;
        for (long at = vaddr; left > 0; ) {
            long count = Math.min(left, client.maxPages());
            client.add(new AddPages(object, at, count, PageFlags.PARENT));
            at += count * PAGE;
            left -= count;
        }
    }

    @Override
    public void close() {}
}
