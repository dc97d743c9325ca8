package io.godwit.target.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What is mapped in a task by now, besides the machine and the vdso. */
public final class MappedSpace {
    /**
     * What a mapping shows. Mappings of the same source that lie at the same addresses show the same.
     *
     * @param flags of mmap(2) that count
     * @param backing names the file or object; empty for private anonymous memory
     * @param base where in the file address 0 would lie, 0 for anonymous memory
     */
    public record Source(int flags, String backing, long base) {
        /** By hand, as those that a record has take ten times as long until they are compiled well. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Source source
                    && flags == source.flags
                    && base == source.base
                    && backing.equals(source.backing);
        }

        @Override
        public int hashCode() {
            return 31 * backing.hashCode() + Long.hashCode(base);
        }

        /** Whether a page that is absent reads as zeros. */
        public boolean anonymous() {
            return backing.isEmpty();
        }
    }

    /** A piece of a mapping. */
    public record Piece(AddressRange range, int protection, Source source) {
        Piece part(long start, long end) {
            return new Piece(new AddressRange(start, end), protection, source);
        }
    }

    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    /** Null until the vdso is in its place. */
    private List<AddressRange> vdso;

    /** The space of a task that was just forked. */
    public MappedSpace copy() {
        MappedSpace copy = new MappedSpace();
        copy.pieces.putAll(pieces);
        copy.vdso = vdso;
        return copy;
    }

    /** Where the vdso and its data are; null while they are parked. */
    List<AddressRange> vdso() {
        return vdso;
    }

    /** Whether the vdso is not in its place yet. */
    public boolean vdsoIsParked() {
        return vdso == null;
    }

    void vdsoIs(List<AddressRange> ranges) {
        vdso = List.copyOf(ranges);
    }

    /** Whether just these pieces are mapped, ascending, each from its source; their protection does not count. */
    boolean holdsJust(List<Piece> wanted) {
        if (wanted.size() != pieces.size()) {
            return false;
        }
        int i = 0;
        for (Piece piece : pieces.values()) {
            Piece other = wanted.get(i++);
            if (piece.range().start() != other.range().start()
                    || piece.range().end() != other.range().end()
                    || !piece.source().equals(other.source())) {
                return false;
            }
        }
        return true;
    }

    /** What is mapped and must go, for only the wanted pieces to be left, each from its source. */
    List<AddressRange> surplus(List<Piece> wanted) {
        List<AddressRange> surplus = new ArrayList<>();
        TreeMap<Long, Piece> keep = new TreeMap<>();
        wanted.forEach(piece -> keep.put(piece.range().start(), piece));
        for (Piece piece : pieces.values()) {
            for (Piece left : without(piece, keep, true)) {
                surplus.add(left.range());
            }
        }
        return surplus;
    }

    /** What is mapped here and is not, or shows something else, in a later state. */
    public List<AddressRange> lostIn(MappedSpace later) {
        return surplus(List.copyOf(later.pieces.values()));
    }

    /** What is wanted and not mapped. */
    List<Piece> missing(List<Piece> wanted) {
        List<Piece> missing = new ArrayList<>();
        wanted.forEach(piece -> missing.addAll(without(piece, pieces, false)));
        return missing;
    }

    /** The parts of a piece over which none of the others lies. */
    private static List<Piece> without(Piece piece, TreeMap<Long, Piece> others, boolean sameSource) {
        List<Piece> left = new ArrayList<>();
        long at = piece.range().start();
        long end = piece.range().end();
        for (Piece other : overlapping(others, at, end)) {
            if (sameSource && !other.source().equals(piece.source())) {
                continue;
            }
            if (other.range().start() > at) {
                left.add(piece.part(at, other.range().start()));
            }
            at = Math.max(at, other.range().end());
        }
        if (at < end) {
            left.add(piece.part(at, end));
        }
        return left;
    }

    /** Whether what is missing is what a stack that is mapped above has grown by since. */
    boolean isGrownStack(Piece missing) {
        Piece above = pieces.get(missing.range().end());
        return above != null
                && (above.source().flags() & Abi.MAP_GROWSDOWN) != 0
                && above.source().equals(missing.source())
                && above.protection() == missing.protection();
    }

    void map(Piece piece) {
        pieces.put(piece.range().start(), piece);
    }

    void unmap(AddressRange range) {
        replace(range, piece -> null);
    }

    /** Notes that a range got another protection. */
    public void protect(AddressRange range, int protection) {
        replace(range, piece -> new Piece(piece.range(), protection, piece.source()));
    }

    private void replace(AddressRange range, java.util.function.UnaryOperator<Piece> change) {
        for (Piece piece : overlapping(pieces, range.start(), range.end())) {
            long start = piece.range().start();
            long end = piece.range().end();
            pieces.remove(start);
            if (start < range.start()) {
                map(piece.part(start, range.start()));
            }
            if (range.end() < end) {
                map(piece.part(range.end(), end));
            }
            Piece changed = change.apply(piece.part(Math.max(start, range.start()), Math.min(end, range.end())));
            if (changed != null) {
                map(changed);
            }
        }
    }

    /** The pieces that lie over a range, whole, ascending. */
    public List<Piece> over(long start, long end) {
        return overlapping(pieces, start, end);
    }

    /** Where private anonymous memory is. */
    public List<AddressRange> anonymous() {
        return pieces.values().stream()
                .filter(piece -> piece.source().anonymous())
                .map(Piece::range)
                .toList();
    }

    boolean hasProtection(AddressRange range, int protection) {
        Long first = pieces.floorKey(range.start());
        for (Piece piece : pieces.tailMap(first == null ? range.start() : first).values()) {
            if (piece.range().start() >= range.end()) {
                break;
            }
            if (piece.range().end() > range.start() && piece.protection() != protection) {
                return false;
            }
        }
        return true;
    }

    private static List<Piece> overlapping(TreeMap<Long, Piece> pieces, long start, long end) {
        Long first = pieces.lowerKey(start + 1);
        long from = first != null && pieces.get(first).range().end() > start ? first : start;
        return List.copyOf(pieces.subMap(from, Math.max(from, end)).values());
    }
}
