package io.godwit.page.criu.wire;

import io.godwit.image.pages.PageFlags;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.ProtocolException;

/**
 * ADD_F, or the older ADD and HOLE: a run of pages of one object. With {@link PageFlags#PRESENT} their contents follow.
 *
 * @param nrPages at least 1
 * @param flags of {@link PageFlags}
 */
public record AddPages(PagemapId object, long vaddr, long nrPages, int flags) implements Message {
    private static final int ALL_FLAGS = PageFlags.PARENT | PageFlags.LAZY | PageFlags.PRESENT;
    private static final int TWO_PLACES = PageFlags.PARENT | PageFlags.PRESENT;

    static AddPages decode(Header header) throws ProtocolException {
        int flags = switch (Messages.command(header.command())) {
            case ADD -> PageFlags.PRESENT;
            case HOLE -> PageFlags.PARENT;
            default -> header.flags();
        };
        Runs.require(header.vaddr(), header.nrPages());
        if (flags == 0 || (flags & ~ALL_FLAGS) != 0 || (flags & TWO_PLACES) == TWO_PLACES) {
            throw new ProtocolException(String.format(
                    "pages at 0x%x came with the flags 0x%x, which do not say where their contents are",
                    header.vaddr(), flags));
        }
        return new AddPages(ObjectId.decode(header.dstId()), header.vaddr(), header.nrPages(), flags);
    }

    public boolean present() {
        return (flags & PageFlags.PRESENT) != 0;
    }

    /** Whether they are said to be in the parent. */
    public boolean hole() {
        return (flags & PageFlags.PARENT) != 0;
    }

    /** How many bytes follow the header. */
    public long contentBytes() {
        return present() ? nrPages * PageSink.PAGE : 0;
    }

    /** The address after the last page. */
    public long end() {
        return vaddr + nrPages * PageSink.PAGE;
    }

    @Override
    public Header header() {
        return Header.of(Command.ADD_F, flags, nrPages, vaddr, ObjectId.encode(object));
    }
}
