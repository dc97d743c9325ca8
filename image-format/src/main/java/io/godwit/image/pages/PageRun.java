package io.godwit.image.pages;

/** One entry of a pagemap file: a run of pages, and where its contents are. */
record PageRun(long vaddr, long nrPages, int flags) {
    static final int PARENT = 1;
    static final int PRESENT = 4;

    long end() {
        return vaddr + nrPages * PageSink.PAGE;
    }

    boolean inParent() {
        return (flags & PARENT) != 0;
    }

    boolean present() {
        return (flags & PRESENT) != 0;
    }
}
