package io.godwit.page.criu.wire;

import io.godwit.image.pages.PageFlags;
import io.godwit.page.protocol.ProtocolException;

/**
 * GET: asks for pages of a task. It is answered by a header and the contents of as many as follow each other, at least one.
 *
 * @param nrPages at least 1
 */
public record GetPages(int pid, long vaddr, long nrPages) implements Message {
    static GetPages decode(Header header) throws ProtocolException {
        Runs.require(header.vaddr(), header.nrPages());
        return new GetPages(ObjectId.pid(header.dstId()), header.vaddr(), header.nrPages());
    }

    @Override
    public Header header() {
        return Header.of(Command.GET, 0, nrPages, vaddr, pid);
    }

    /** What comes before the contents of so many of the pages. */
    public Header answer(long granted) {
        return Header.of(Command.ADD_F, PageFlags.PRESENT, granted, vaddr, pid);
    }

    /** Whether a header comes before the contents of some of the pages. */
    public boolean isAnsweredBy(Header header) {
        boolean some = header.nrPages() > 0 && header.nrPages() <= nrPages;
        return some && answer(header.nrPages()).equals(header.withoutFlags(~PageFlags.PRESENT));
    }
}
