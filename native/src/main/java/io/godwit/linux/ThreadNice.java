package io.godwit.linux;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final File TASKS = new File("/proc/self/task");
    private static final String[] NONE = {};

    /** In the names that the virtual machine gives them; they are there from its start on. */
    private static final String COMPILER = " CompilerThre";

    /** A third of -15 is a ninth of the weight. */
    private static final int COMPILERS_PART = 3;

    /** That of this process. */
    static final ThreadNice OF_THIS_PROCESS = new ThreadNice();

    private final Set<String> compilers = compilers();
    private final int[] holders = new int[Wish.values().length];
    /** Of which value it was asked whether it may be returned to. */
    private Optional<Integer> asked = Optional.empty();

    private boolean mayReturn;
    private int home;
    private int current;

    private ThreadNice() {}

    synchronized void enter(Wish wish) {
        if (strongest() == null) {
            home = Standing.nice();
            current = home;
        }
        holders[wish.ordinal()]++;
        approach();
    }

    synchronized void leave(Wish wish) {
        holders[wish.ordinal()]--;
        approach();
    }

    private Wish strongest() {
        for (Wish wish : Wish.values()) {
            if (holders[wish.ordinal()] > 0) {
                return wish;
            }
        }
        return null;
    }

    private void approach() {
        Wish wish = strongest();
        int wanted = wish == null ? home : wish.from(home);
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

    private static Set<String> compilers() {
        Set<String> found = new HashSet<>();
        String[] threads = TASKS.list();
        for (String thread : threads == null ? NONE : threads) {
            try {
                if (Files.readString(TASKS.toPath().resolve(thread).resolve("comm"))
                        .contains(COMPILER)) {
                    found.add(thread);
                }
            } catch (IOException e) {
                // it has ended
            }
        }
        return found;
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
            String[] threads = TASKS.list();
            for (String thread : threads == null ? NONE : threads) {
                if (done.add(thread)) {
                    Standing.set(Integer.parseInt(thread), compilers.contains(thread) ? ofCompiler(nice) : nice);
                    another = true;
                }
            }
        }
        return true;
    }
}
