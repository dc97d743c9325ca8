package io.godwit.linux;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The nice value of this process's session, changed for all in this process who want that: the last of them to leave, or the end of the
 * process, puts it back, however that ends ({@link NiceKeeper}). Nobody waits for it: what the kernel does not allow yet is tried again by a thread of its own.
 */
final class SessionNice {
    /** The one of this process. */
    static final SessionNice OF_THIS_PROCESS = new SessionNice(new Autogroup());

    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Group group;
    private final Wishes wishes = new Wishes();
    private OptionalInt home = OptionalInt.empty();
    private int current;
    private boolean retrying;
    private boolean hooked;
    private boolean ended;

    /** What came of an attempt. */
    enum Answer {
        DONE,
        /** Not so soon after the last change. */
        AGAIN,
        REFUSED
    }

    /** Where the value is. */
    interface Group {
        /** Empty if sessions have none. */
        OptionalInt nice();

        /** Tries once. */
        Answer set(int nice);

        /** Whether this process may go to this value from a higher one. */
        boolean mayReturn(int nice);

        /** From now on somebody else sets this value if this process is killed; false if nobody would. */
        boolean keep(int nice);

        /** From now on nobody does. */
        void forget();
    }

    SessionNice(Group group) {
        this.group = group;
    }

    synchronized void enter(Wish wish) {
        if (home.isEmpty() || wished(home.getAsInt()) == home.getAsInt() && current == home.getAsInt()) {
            home = group.nice();
            current = home.orElse(0);
        }
        wishes.enter(wish);
        if (home.isPresent()) {
            hook();
            approach();
        }
    }

    synchronized void leave(Wish wish) {
        wishes.leave(wish);
        approach();
    }

    /** All is as at home when this returns, and remains so. */
    void end() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!ended() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private synchronized boolean ended() {
        ended = true;
        return settled();
    }

    private void hook() {
        if (!hooked) {
            hooked = true;
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(this::end, "put the session's nice value back"));
            } catch (IllegalStateException e) {
                ended = true;
            }
        }
    }

    private void approach() {
        if (!settled() && !retrying) {
            retrying = true;
            Thread thread = new Thread(this::retry, "godwit-nice");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void retry() {
        do {
            LockSupport.parkNanos(REST_NANOS);
        } while (!retried());
    }

    private synchronized boolean retried() {
        retrying = !settled();
        return !retrying;
    }

    /** Tries once; false if it is to be tried again. */
    private boolean settled() {
        if (home.isEmpty()) {
            return true;
        }
        Answer answer = change(wished(home.getAsInt()));
        if (answer == Answer.REFUSED) {
            answer = change(home.getAsInt());
        }
        return answer != Answer.AGAIN;
    }

    private Answer change(int to) {
        if (to == current) {
            return Answer.DONE;
        }
        if (to > home.getAsInt() && !group.mayReturn(home.getAsInt())) {
            return Answer.REFUSED;
        }
        if (current == home.getAsInt() && !group.keep(current)) {
            return Answer.REFUSED;
        }
        Answer answer = group.set(to);
        if (answer == Answer.DONE) {
            current = to;
        }
        if (current == home.getAsInt()) {
            group.forget();
        }
        return answer;
    }

    private int wished(int from) {
        return ended ? from : wishes.from(from);
    }
}
