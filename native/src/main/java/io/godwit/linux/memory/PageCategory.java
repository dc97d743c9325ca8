package io.godwit.linux.memory;

/** Category bits of PAGEMAP_SCAN (Documentation/admin-guide/mm/pagemap.rst). */
public final class PageCategory {
    public static final long WRITTEN = 1 << 1;
    public static final long FILE = 1 << 2;
    public static final long PRESENT = 1 << 3;
    public static final long SWAPPED = 1 << 4;
    public static final long ZERO_PAGE = 1 << 5;
    public static final long HUGE = 1 << 6;
    public static final long SOFT_DIRTY = 1 << 7;
    public static final long GUARD = 1 << 8;

    private PageCategory() {}
}
