package io.godwit.image.show;

import io.godwit.image.proto.VmaEntry;

/** The bits of a mapping's status that tell what it maps. */
public final class VmaStatus {
    static final int STACK = 1 << 1;
    static final int VSYSCALL = 1 << 2;
    static final int VDSO = 1 << 3;
    static final int HEAP = 1 << 5;
    static final int FILE_PRIVATE = 1 << 6;
    static final int FILE_SHARED = 1 << 7;
    static final int ANON_SHARED = 1 << 8;
    static final int SYSV = 1 << 10;
    static final int SOCKET = 1 << 11;
    static final int VVAR = 1 << 12;
    static final int MEMFD = 1 << 14;

    private VmaStatus() {}

    /** Whether the shmid of a mapping is the id of a file. */
    public static boolean file(VmaEntry vma) {
        return has(vma, FILE_PRIVATE) || has(vma, FILE_SHARED) || has(vma, SOCKET) || has(vma, MEMFD);
    }

    static boolean has(VmaEntry vma, int bit) {
        return (vma.getStatus() & bit) != 0;
    }

    /** The name in brackets that the kernel gives it; empty if it is an ordinary one. */
    static String special(VmaEntry vma) {
        if (has(vma, STACK)) {
            return "[stack]";
        }
        if (has(vma, HEAP)) {
            return "[heap]";
        }
        if (has(vma, VDSO)) {
            return "[vdso]";
        }
        if (has(vma, VVAR)) {
            return "[vvar]";
        }
        return has(vma, VSYSCALL) ? "[vsyscall]" : "";
    }
}
