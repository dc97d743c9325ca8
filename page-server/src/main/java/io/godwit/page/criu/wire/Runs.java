package io.godwit.page.criu.wire;

import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.ProtocolException;

/** The bounds of runs of pages. */
final class Runs {
    /** Above all addresses of a process, with five levels of page tables too, and all offsets of shared memory. */
    private static final long MAX_ADDRESS = 1L << 57;

    private Runs() {}

    /** Passes if these are whole pages at addresses that a process can have. */
    static void require(long vaddr, long nrPages) throws ProtocolException {
        boolean address = vaddr >= 0 && vaddr < MAX_ADDRESS && vaddr % PageSink.PAGE == 0;
        if (!address || nrPages <= 0 || nrPages > (MAX_ADDRESS - vaddr) / PageSink.PAGE) {
            throw new ProtocolException(String.format(
                    "%s pages at 0x%x came, which is no run of pages", Long.toUnsignedString(nrPages), vaddr));
        }
    }
}
