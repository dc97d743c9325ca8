package io.godwit.target.plan;

import io.godwit.image.proto.VmaEntry;
import java.util.Locale;

/** Small helpers for mappings. */
final class Vmas {
    private Vmas() {}

    static long bytes(VmaEntry vma) {
        return vma.getEnd() - vma.getStart();
    }

    static AddressRange range(VmaEntry vma) {
        return new AddressRange(vma.getStart(), vma.getEnd());
    }

    /** For messages: the addresses and what kind of mapping it is. */
    static String describe(VmaEntry vma) {
        String kind = VmaKind.of(vma).name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return range(vma) + " (" + kind + ")";
    }
}
