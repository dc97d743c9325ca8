package io.godwit.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import java.io.IOException;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ObjectViewIT {
    private static final int PAGE = 4096;
    private static final int PAGES = 64;

    private final NativeMemory ones = NativeMemory.of(new byte[] {1});

    private static BitSet unwatched(ObjectView view) throws IOException {
        BitSet pages = new BitSet();
        view.unwatched((start, end) -> pages.set((int) (start / PAGE), (int) (end / PAGE)));
        return pages;
    }

    private Fd object() throws IOException {
        Fd object = Descriptors.memfdCreate("watched", 0);
        Descriptors.truncate(object, PAGES * PAGE);
        for (int page = 0; page < PAGES; page++) {
            write(object, page);
        }
        return object;
    }

    private void write(Fd object, int page) throws IOException {
        Descriptors.pwriteFully(object, ones.address(), 1, (long) page * PAGE);
    }

    @Test
    void aPageThatWasTakenOutIsFoundThoughAnotherTookItsPlace() throws IOException {
        try (Fd object = object();
                ObjectView view = ObjectView.of(object, PAGES * PAGE, "watched")) {
            view.watch(0, PAGES * PAGE);
            assertThat(unwatched(view)).isEqualTo(new BitSet());

            Descriptors.punchHole(object, 5 * PAGE, PAGE);
            write(object, 5);

            assertThat(unwatched(view).stream()).containsExactly(5);
        }
    }

    @Test
    void aLookAtOnePageDoesNotHideThatItsNeighbourWasTakenOut() throws IOException {
        try (Fd object = object();
                ObjectView view = ObjectView.of(object, PAGES * PAGE, "watched")) {
            view.watch(0, PAGES * PAGE);
            Descriptors.punchHole(object, 5 * PAGE, 2 * PAGE);
            write(object, 5);
            write(object, 6);

            view.watch(6 * PAGE, PAGE);

            assertThat(unwatched(view).stream()).containsExactly(5);
        }
    }
}
