package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonRangesTest {
    private static final int REGULAR = 1;
    private static final int ANONYMOUS = REGULAR | 1 << 9;
    private static final int HEAP = ANONYMOUS | 1 << 5;
    private static final int FILE = REGULAR | 1 << 6;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int PRIVATE = 0x02;
    private static final int NORESERVE = 0x4000;
    private static final int LOCKED = 0x2000;

    private static VmaEntry vma(long start, long end, int status, int flags, int file, long offset) {
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setStatus(status)
                .setFlags(flags)
                .setShmid(file)
                .setPgoff(offset)
                .setProt(3)
                .setFd(-1)
                .build();
    }

    private static VmaEntry anonymous(long start, long end) {
        return vma(start, end, ANONYMOUS, PRIVATE_ANONYMOUS, 0, 0);
    }

    private static MmEntry space(VmaEntry... vmas) {
        return MmEntry.newBuilder().addAllVmas(List.of(vmas)).buildPartial();
    }

    private static List<CommonRanges.Range> common(MmEntry one, MmEntry other) {
        return CommonRanges.of(one, other).ranges();
    }

    @Test
    void mappingsThatOverlapAreCommonWhereTheyDo() {
        MmEntry parent = space(anonymous(0x1000, 0x5000), anonymous(0x8000, 0x9000));
        MmEntry child = space(anonymous(0x2000, 0x3000), anonymous(0x4000, 0x9000));

        assertThat(common(parent, child))
                .containsExactly(
                        new CommonRanges.Range(0x2000, 0x3000),
                        new CommonRanges.Range(0x4000, 0x5000),
                        new CommonRanges.Range(0x8000, 0x9000));
    }

    @Test
    void aHeapIsMemoryLikeAnyOtherAndALockChangesNoPage() {
        MmEntry parent = space(vma(0x1000, 0x2000, HEAP, PRIVATE_ANONYMOUS | LOCKED, 0, 0));

        assertThat(common(parent, space(anonymous(0x1000, 0x2000))))
                .containsExactly(new CommonRanges.Range(0x1000, 0x2000));
    }

    @Test
    void mappingsThatTheTargetWouldMakeAnewAreNotCommon() {
        MmEntry parent = space(anonymous(0x1000, 0x2000), vma(0x2000, 0x3000, FILE, PRIVATE, 7, 0));

        assertThat(common(parent, space(vma(0x1000, 0x2000, ANONYMOUS, PRIVATE_ANONYMOUS | NORESERVE, 0, 0))))
                .isEmpty();
        assertThat(common(parent, space(vma(0x2000, 0x3000, FILE, PRIVATE, 8, 0))))
                .as("another file")
                .isEmpty();
        assertThat(common(parent, space(vma(0x2000, 0x3000, FILE, PRIVATE, 7, 0x1000))))
                .as("another place in the file")
                .isEmpty();
        assertThat(common(parent, space(vma(0x1000, 0x2000, FILE, PRIVATE, 7, 0))))
                .isEmpty();
    }

    @Test
    void theSamePlaceInAFileIsCommonThoughTheMappingsBeginElsewhere() {
        MmEntry parent = space(vma(0x1000, 0x4000, FILE, PRIVATE, 7, 0));
        MmEntry child = space(vma(0x2000, 0x4000, FILE, PRIVATE, 7, 0x1000));

        assertThat(common(parent, child)).containsExactly(new CommonRanges.Range(0x2000, 0x4000));
    }
}
