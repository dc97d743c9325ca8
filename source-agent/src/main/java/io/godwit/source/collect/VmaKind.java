package io.godwit.source.collect;

import io.godwit.linux.proc.Vma;

/** The kinds of mapping, each with the status bits that stand for it in an image. */
public enum VmaKind {
    ANON_PRIVATE(1 | 1 << 9, true),
    HEAP(1 | 1 << 9 | 1 << 5, true),
    STACK(1 | 1 << 9 | 1 << 1, true),
    FILE_PRIVATE(1 | 1 << 6, true),
    FILE_SHARED(1 | 1 << 7, false),
    ANON_SHARED(1 | 1 << 8, false),
    MEMFD(1 | 1 << 14, false),
    MEMFD_PRIVATE(1 | 1 << 14 | 1 << 6, true),
    VDSO(1 | 1 << 3, false),
    VVAR(1 | 1 << 12, false),
    VSYSCALL(1 << 2, false);

    private final int status;
    private final boolean privatePages;

    VmaKind(int status, boolean privatePages) {
        this.status = status;
        this.privatePages = privatePages;
    }

    public static VmaKind of(Vma vma) {
        switch (vma.name()) {
            case "[vdso]":
                return VDSO;
            case "[vvar]", "[vvar_vclock]":
                return VVAR;
            case "[vsyscall]":
                return VSYSCALL;
            case "[heap]":
                return vma.backed() ? FILE_PRIVATE : HEAP;
            case "[stack]":
                return STACK;
            default:
                break;
        }
        if (vma.memfd()) {
            return vma.shared() ? MEMFD : MEMFD_PRIVATE;
        }
        if (vma.sharedAnonymous()) {
            return ANON_SHARED;
        }
        if (vma.backed()) {
            return vma.shared() ? FILE_SHARED : FILE_PRIVATE;
        }
        return ANON_PRIVATE;
    }

    /** The status field of vma_entry. */
    public int status() {
        return status;
    }

    /** Whether the process has pages of its own in it, which no file and no other process holds. */
    public boolean privatePages() {
        return privatePages;
    }

    /** Whether it is private memory that no file is behind. */
    public boolean anonymousPrivate() {
        return this == ANON_PRIVATE || this == HEAP || this == STACK;
    }

    /** Whether its pages are in an object that has no name in the file system, and goes with those who share it. */
    public boolean sharedPages() {
        return this == ANON_SHARED || this == MEMFD;
    }

    /** Whether clean pages of it come from a file. */
    public boolean fileUnderneath() {
        return this == FILE_PRIVATE || this == MEMFD_PRIVATE;
    }

    boolean offsetCounts() {
        return fileUnderneath() || this == FILE_SHARED || this == ANON_SHARED || this == MEMFD;
    }
}
