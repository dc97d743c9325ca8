package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionNiceTest {
    private final Group group = new Group();
    private final SessionNice session = new SessionNice(group);

    @Test
    void theLastOfAllToLeavePutsTheHomeValueBack() {
        group.nice = 1;
        session.enter(Wish.LEISURE);
        session.enter(Wish.LEISURE);
        assertEquals(10, group.nice);
        session.enter(Wish.URGENCY);
        session.leave(Wish.LEISURE);
        assertEquals(-15, group.nice);
        session.leave(Wish.URGENCY);
        assertEquals(10, group.nice);
        session.leave(Wish.LEISURE);
        assertEquals(1, group.nice);
    }

    @Test
    void theHomeValueMayChangeBetween() {
        session.enter(Wish.LEISURE);
        session.leave(Wish.LEISURE);
        group.nice = 3;
        session.enter(Wish.URGENCY);
        session.leave(Wish.URGENCY);
        assertEquals(3, group.nice);
    }

    @Test
    void nobodyWaitsForWhatTheKernelDoesNotAllowYet() {
        group.again = true;
        session.enter(Wish.URGENCY);
        assertEquals(0, group.nice);
        group.again = false;
        assertEquals(-15, group.changed.join());
    }

    @Test
    void whatMayNotBePutBackIsNotChanged() {
        group.nice = -3;
        group.mayReturn = false;
        session.enter(Wish.LEISURE);
        assertEquals(-3, group.nice);
    }

    @Test
    void whoMayNotBeUrgentIsAtLeastAsAtHome() {
        group.least = 0;
        session.enter(Wish.LEISURE);
        session.enter(Wish.URGENCY);
        assertEquals(0, group.nice);
    }

    @Test
    void theEndPutsTheHomeValueBackForGood() {
        session.enter(Wish.LEISURE);
        session.end();
        assertEquals(0, group.nice);
        session.enter(Wish.URGENCY);
        assertEquals(0, group.nice);
    }

    @Test
    void theHomeValueIsKeptForOneThatIsKilledWhileItIsAnother() {
        group.nice = 2;
        session.enter(Wish.LEISURE);
        assertEquals(OptionalInt.of(2), group.kept);
        session.enter(Wish.URGENCY);
        session.leave(Wish.LEISURE);
        assertEquals(OptionalInt.of(2), group.kept);
        session.leave(Wish.URGENCY);
        assertEquals(OptionalInt.empty(), group.kept);
    }

    @Test
    void nothingIsChangedThatNobodyWouldPutBack() {
        group.keeps = false;
        session.enter(Wish.URGENCY);
        assertEquals(0, group.nice);
    }

    private static final class Group implements SessionNice.Group {
        private final CompletableFuture<Integer> changed = new CompletableFuture<>();
        private volatile boolean again;
        private int nice;
        private int least = -20;
        private boolean mayReturn = true;
        private boolean keeps = true;
        private OptionalInt kept = OptionalInt.empty();

        @Override
        public OptionalInt nice() {
            return OptionalInt.of(nice);
        }

        @Override
        public SessionNice.Answer set(int value) {
            if (again) {
                return SessionNice.Answer.AGAIN;
            }
            if (value < least) {
                return SessionNice.Answer.REFUSED;
            }
            nice = value;
            changed.complete(value);
            return SessionNice.Answer.DONE;
        }

        @Override
        public boolean mayReturn(int value) {
            return mayReturn;
        }

        @Override
        public boolean keep(int value) {
            if (keeps) {
                kept = OptionalInt.of(value);
            }
            return keeps;
        }

        @Override
        public void forget() {
            kept = OptionalInt.empty();
        }
    }
}
