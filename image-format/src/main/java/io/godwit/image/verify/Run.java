package io.godwit.image.verify;

import io.godwit.image.pages.PageFlags;

/**
 * A run of pages in a pagemap.
 *
 * @param end exclusive
 */
record Run(long start, long end, int flags) {
    boolean present() {
        return (flags & PageFlags.PRESENT) != 0;
    }

    boolean inParent() {
        return (flags & PageFlags.PARENT) != 0;
    }
}
