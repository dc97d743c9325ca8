package io.godwit.source.collect;

import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.List;

/** Finds room in an address space where nothing is mapped. */
public final class AddressHole {
    private static final long LOWEST = 0x10000;
    private static final long HIGHEST = 0x7fff_ffff_f000L;

    /** Stacks grow downwards and the heap upwards: both are left this much room. */
    private static final long MARGIN = 0x200_0000;

    private AddressHole() {}

    /** First address of a hole of at least so many bytes, with a margin on both sides; the lowest that fits. */
    public static long find(List<Vma> maps, long bytes) throws IOException {
        long from = LOWEST;
        for (Vma vma : maps) {
            if (vma.start() - from >= bytes + 2 * MARGIN) {
                return from + MARGIN;
            }
            from = vma.end();
            if (from < 0 || from >= HIGHEST) {
                break;
            }
        }
        if (HIGHEST - from >= bytes + 2 * MARGIN) {
            return from + MARGIN;
        }
        throw new CannotMoveException(
                "its address space", "there is no hole of " + bytes + " bytes in it", "unmap something");
    }
}
