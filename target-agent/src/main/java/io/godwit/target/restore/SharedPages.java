package io.godwit.target.restore;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.Descriptors;
import io.godwit.linux.NativeMemory;
import io.godwit.page.server.OwnThread;
import io.godwit.page.server.SpreadPages;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes a round's pages into the shared memory object that they belong to. Several threads may do so, each by one of {@link #another}. */
final class SharedPages implements SpreadPages {
    private final SharedObject object;
    private final RangeSet present = new RangeSet();
    private final List<SharedPages> others = new ArrayList<>();

    SharedPages(SharedObject object) {
        this.object = object;
    }

    @Override
    public void data(long offset, ByteBuffer pages) throws IOException {
        long bytes = pages.remaining();
        note(offset, offset + bytes);
        ByteBuffer direct = pages.isDirect()
                ? pages.slice()
                : ByteBuffer.allocateDirect((int) bytes).put(pages.duplicate()).flip();
        // what lies beyond the end is padding, and would make the object longer
        int inside = (int) Math.min(bytes, object.bytes() - offset);
        Descriptors.pwriteFully(object.fd(), NativeMemory.addressOf(direct), inside, offset);
        Reference.reachabilityFence(direct);
        pages.position(pages.limit());
    }

    private void note(long offset, long end) throws RestoreException {
        if (offset < 0 || end < offset || end - PAGE >= object.bytes()) {
            throw new RestoreException(
                    "a page came for offset " + Long.toUnsignedString(end - PAGE) + " of shared memory "
                            + object.shmid() + ", which has " + object.bytes() + " bytes; the connection is damaged");
        }
        present.add(offset, end);
    }

    /** A page that is not there reads as zeros. */
    @Override
    public void zero(long offset, long nrPages) throws IOException {
        long end = offset + nrPages * PAGE;
        note(offset, end);
        for (AddressRange filled : object.filled().within(offset, end)) {
            Descriptors.punchHole(object.fd(), filled.start(), filled.bytes());
        }
    }

    /** Pages that the object has from earlier rounds. */
    @Override
    public void parent(long offset, long nrPages) throws IOException {
        long end = offset + nrPages * PAGE;
        if (!object.filled().contains(offset, end)) {
            throw new RestoreException("the source says that the " + nrPages + " pages from offset " + offset
                    + " of shared memory " + object.shmid()
                    + " are as before, but they did not all come before; start the migration again");
        }
        present.add(offset, end);
    }

    @Override
    public synchronized PageSink another(OwnThread own) {
        SharedPages another = new SharedPages(object);
        others.add(another);
        return another;
    }

    @Override
    public synchronized void close() throws IOException {
        others.forEach(other -> present.addAll(other.present));
        object.keepOnly(present);
    }
}
