package io.godwit.image.pages;

/** The flags of a pagemap's entry: where the contents of its pages are. */
public final class PageFlags {
    /** In the parent snapshot, none here. */
    public static final int PARENT = 1;
    /** May be restored on demand; without {@link #PRESENT} they stayed with the process that was dumped. */
    public static final int LAZY = 2;
    /** In this snapshot's pages file. */
    public static final int PRESENT = 4;

    private PageFlags() {}
}
