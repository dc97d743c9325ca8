package io.godwit.target.plan;

import io.godwit.image.proto.VmaEntry;

/** What the status bits of a mapping in an mm image say. */
public enum VmaKind {
    VSYSCALL(2),
    VDSO(3),
    SYSV_IPC(10),
    SOCKET(11),
    VVAR(12),
    AIO_RING(13),
    MEMFD(14),
    SHADOW_STACK(15),
    GUARD(16),
    UPROBES(17),
    FILE_PRIVATE(6),
    FILE_SHARED(7),
    ANON_SHARED(8),
    ANON_PRIVATE(9);

    /** Once, as each call of {@link #values} copies them. */
    private static final VmaKind[] ALL = values();

    private final int bit;

    VmaKind(int bit) {
        this.bit = bit;
    }

    /** The first kind, in the order of this list, whose bit is set; the special ones come before the four plain ones. */
    public static VmaKind of(VmaEntry vma) {
        VmaKind kind = orNull(vma);
        if (kind != null) {
            return kind;
        }
        throw new IllegalArgumentException("the mapping at 0x" + Long.toHexString(vma.getStart())
                + " is of no known kind: status 0x" + Integer.toHexString(vma.getStatus()));
    }

    /** Whether a mapping is of any of the kinds. */
    static boolean hasKind(VmaEntry vma) {
        return orNull(vma) != null;
    }

    private static VmaKind orNull(VmaEntry vma) {
        int status = vma.getStatus();
        for (VmaKind kind : ALL) {
            if ((status >>> kind.bit & 1) != 0) {
                return kind;
            }
        }
        return null;
    }

    /** Whether it is backed by a file of files.img, named by its shmid. */
    public boolean hasFile() {
        return this == FILE_PRIVATE || this == FILE_SHARED || this == MEMFD;
    }

    /** Whether the kernel made it at exec: vdso and vvar. */
    public boolean isVdsoGroup() {
        return this == VDSO || this == VVAR;
    }

    /** Whether a restore can make it. */
    public boolean restorable() {
        return switch (this) {
            case VSYSCALL, VDSO, VVAR, MEMFD, GUARD, FILE_PRIVATE, FILE_SHARED, ANON_SHARED, ANON_PRIVATE -> true;
            case SYSV_IPC, SOCKET, AIO_RING, SHADOW_STACK, UPROBES -> false;
        };
    }

    static boolean isVsyscall(VmaEntry vma) {
        return (vma.getStatus() >>> VSYSCALL.bit & 1) != 0;
    }
}
