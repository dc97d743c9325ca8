package io.godwit.linux;

import java.io.File;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The nice value of the threads of this process, changed for all who want that, and for all of them alike: within a session a thread that goes
 * before the others of its process also takes the processor from those that it waits for, as the collector's and those that send. Only the
 * compiler's go before the others at leisure, when there is something to be made ready, and behind them later, but not so far that
 * who wakes them has to wait for them. The last to leave puts back what the first one had.
 */
final class ThreadNice {
    static final File TASKS = new File("/proc/self/task");
    private static final String[] NONE = {};

    /** A third of -15 is a ninth of the weight. */
    private static final int COMPILERS_PART = 3;

    /** That of this process. */
    static final ThreadNice OF_THIS_PROCESS = new ThreadNice();

    private final Set<String> compilers = CompilerThreads.ofThisProcess().ids();
    private final Wishes wishes = new Wishes();
    /** Of which value it was asked whether it may be returned to. */
    private Optional<Integer> asked = Optional.empty();

    private boolean mayReturn;
    private int home;
    private int current;

    private ThreadNice() {}

    synchronized void enter(Wish wish) {
        if (wishes.isEmpty()) {
            home = Standing.nice();
            current = home;
        }
        wishes.enter(wish);
        approach();
    }

    synchronized void leave(Wish wish) {
        wishes.leave(wish);
        approach();
    }

    private void approach() {
        int wanted = wishes.from(home);
        if (wanted > home && !mayReturn()) {
            wanted = home;
        }
        if (wanted != current && !setAll(wanted)) {
            wanted = home;
            setAll(home);
        }
        current = wanted;
    }

    private int ofCompiler(int nice) {
        return nice < home ? home + (nice - home) / COMPILERS_PART : home;
    }

    /** The numbers of the threads of this process; none if the kernel does not tell them now. */
    static String[] threads() {
        String[] threads = TASKS.list();
        return threads == null ? NONE : threads;
    }

    private boolean mayReturn() {
        if (asked.isEmpty() || asked.get() != home) {
            asked = Optional.of(home);
            mayReturn = Standing.mayReturn(home);
        }
        return mayReturn;
    }

    /**
     * A thread that begins meanwhile has the value of the one that started it, which may not have had its turn.
     *
     * @return false if this process may not do that
     */
    private boolean setAll(int nice) {
        if (!Standing.set(Standing.CALLER, nice)) {
            return false;
        }
        Set<String> done = new HashSet<>();
        boolean another = true;
        while (another) {
            another = false;
            for (String thread : threads()) {
                if (done.add(thread)) {
                    Standing.set(Integer.parseInt(thread), compilers.contains(thread) ? ofCompiler(nice) : nice);
                    another = true;
                }
            }
        }
        return true;
    }
}
