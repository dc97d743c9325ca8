package io.godwit.target.restore;

import io.godwit.target.plan.AddressRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a task's fresh memory is to come in huge pages: where the source had them and this host gives them. It gives them to all
 * programs, or to those that ask, for which the task asks again where its program had asked at the source.
 */
final class HugeRanges {
    private final boolean always;
    private final RangeSet huge = new RangeSet();
    private final RangeSet advised;
    private RangeSet asked = new RangeSet();
    private RangeSet refused = new RangeSet();

    /** @param always whether this host gives huge pages to all programs */
    HugeRanges(boolean always) {
        this(always, new RangeSet());
    }

    private HugeRanges(boolean always, RangeSet advised) {
        this.always = always;
        this.advised = advised;
    }

    /** Those of a child: the kernel copies what its parent has asked for. */
    HugeRanges forked() {
        return new HugeRanges(always, advised.copy());
    }

    /** Whether what is written may come in huge pages where nobody asked for them. */
    boolean always() {
        return always;
    }

    /**
     * What the program has asked for by now.
     *
     * @param huge mappings that are to have huge pages
     * @param small those that are to have none
     */
    void asked(List<AddressRange> huge, List<AddressRange> small) {
        asked = RangeSet.of(huge);
        refused = RangeSet.of(small);
    }

    /** Where this host may give huge pages, ascending. */
    List<AddressRange> possible(List<AddressRange> anonymous) {
        return always ? RangeSet.of(anonymous).minus(refused) : asked.ranges();
    }

    /** What was mapped here is gone. */
    void unmapped(AddressRange range) {
        huge.remove(range.start(), range.end());
        advised.remove(range.start(), range.end());
    }

    /** Notes memory that is in huge pages at the source. */
    void add(long start, long end) {
        if (always) {
            huge.add(start, end);
        } else {
            asked.within(start, end).forEach(range -> huge.add(range.start(), range.end()));
        }
    }

    /** Notes that the kernel is asked for huge pages in a range. */
    void advise(AddressRange range) {
        advised.add(range.start(), range.end());
    }

    /**
     * For which mappings the kernel has to be asked, for it to give huge pages in a range. The advice was given at the source for whole
     * mappings, and so it is here: what is mapped in parts that are filled before they are alike stays in parts.
     */
    List<AddressRange> toAdvise(long start, long end) {
        List<AddressRange> missing = new ArrayList<>();
        for (AddressRange range : asked.over(start, end)) {
            if (!advised.contains(range.start(), range.end())) {
                missing.add(range);
            }
        }
        return missing;
    }

    /** The parts of a range that come in huge pages, ascending. */
    List<AddressRange> within(long start, long end) {
        return huge.within(start, end);
    }

    /** Where the kernel was asked for huge pages. */
    List<AddressRange> advised() {
        return advised.ranges();
    }
}
