package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Needs CAP_SYS_NICE. The session that it runs in may have any nice value. */
class StandingIT {
    @Test
    void aThreadIsUrgentForAWhileAndSoAreThoseThatItStarts() {
        CompletableFuture<Integer> started = new CompletableFuture<>();
        int before = Standing.nice();
        try (Standing urgency = Standing.begin(Wish.URGENCY)) {
            assertEquals(Wish.URGENCY.from(before), Standing.nice(), urgency::toString);
            new Thread(() -> started.complete(Standing.nice())).start();
            assertEquals(Wish.URGENCY.from(before), started.join());
        }
        assertEquals(before, Standing.nice());
    }

    @Test
    void allThreadsOfTheProcessStandAlike() throws Exception {
        ExecutorService another = Executors.newSingleThreadExecutor();
        try {
            int before = another.submit(Standing::nice).get();
            try (Standing standing = Standing.begin(Wish.LEISURE)) {
                assertEquals(
                        Wish.LEISURE.from(before),
                        another.submit(Standing::nice).get());
                standing.become(Wish.URGENCY);
                assertEquals(
                        Wish.URGENCY.from(before),
                        another.submit(Standing::nice).get());
                assertEquals(Wish.URGENCY.from(before), Standing.nice());
                for (String thread : new File("/proc/self/task").list()) {
                    int nice = niceOf(thread, Wish.URGENCY.from(before));
                    assertTrue(nice < before, thread);
                }
            }
            assertEquals(before, another.submit(Standing::nice).get());
        } finally {
            another.shutdownNow();
        }
    }

    /** proc_pid_stat(5): the 17th field after the name; another value if the thread has ended. */
    private static int niceOf(String thread, int ended) {
        try {
            String stat = Files.readString(Path.of("/proc/self/task", thread, "stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
        } catch (IOException e) {
            return ended;
        }
    }

    @Test
    void onlyHasteRests() {
        try (Standing standing = Standing.begin(Wish.URGENCY)) {
            work(standing);
            assertEquals(0, standing.restedNanos());
            standing.become(Wish.HASTE);
            work(standing);
            long rested = standing.restedNanos();
            assertTrue(rested > 0);
            standing.become(Wish.LEISURE);
            work(standing);
            assertEquals(rested, standing.restedNanos());
        }
    }

    /** For longer than is worked without a rest. */
    private static void work(Standing standing) {
        long end = System.nanoTime() + 20_000_000;
        while (System.nanoTime() < end) {
            standing.rest();
        }
    }

    @Test
    void theSessionStandsBeforeOthersForAWhileAndAfterThemForAnother() {
        assumeTrue(new Autogroup().nice().isPresent(), "a kernel with autogroups");
        int before = new Autogroup().nice().orElseThrow();
        int threadBefore = Standing.nice();
        try (Standing urgency = Standing.begin(Wish.URGENCY);
                Standing another = Standing.begin(Wish.URGENCY)) {
            assertEquals(Wish.URGENCY.from(before), new Autogroup().nice().orElseThrow(), urgency + " " + another);
        }
        assertEquals(before, new Autogroup().nice().orElseThrow());
        try (Standing leisure = Standing.begin(Wish.LEISURE)) {
            assertEquals(Wish.LEISURE.from(before), new Autogroup().nice().orElseThrow(), leisure::toString);
            assertEquals(Wish.LEISURE.from(threadBefore), Standing.nice());
        }
        assertEquals(before, new Autogroup().nice().orElseThrow());
        assertEquals(threadBefore, Standing.nice());
    }

    @Test
    void oneWishFollowsAnother() {
        assumeTrue(new Autogroup().nice().isPresent(), "a kernel with autogroups");
        int before = new Autogroup().nice().orElseThrow();
        int threadBefore = Standing.nice();
        try (Standing standing = Standing.begin(Wish.LEISURE)) {
            standing.become(Wish.HASTE);
            assertEquals(Wish.HASTE.from(before), new Autogroup().nice().orElseThrow());
            assertEquals(Wish.HASTE.from(threadBefore), Standing.nice());
            standing.become(Wish.LEISURE);
            assertEquals(Wish.LEISURE.from(before), new Autogroup().nice().orElseThrow());
        }
        assertEquals(before, new Autogroup().nice().orElseThrow());
        assertEquals(threadBefore, Standing.nice());
    }

    @Test
    void aThreadWithoutCapabilitiesCouldNotTakeLeisureBack() {
        assertTrue(Standing.mayReturn(0));
        CompletableFuture<Boolean> mayReturn = CompletableFuture.supplyAsync(
                () -> {
                    loseCapabilities();
                    return Standing.mayReturn(0);
                },
                task -> new Thread(task).start());
        assertFalse(mayReturn.join());
    }

    /** Of the calling thread. */
    private static void loseCapabilities() {
        NativeMemory header = NativeMemory.allocate(8);
        header.buffer().putInt(0, 0x20080522);
        NativeMemory none = NativeMemory.allocate(24);
        assertEquals(0, header.during(none.during(Kernel.syscall(Syscall.CAPSET, header.address(), none.address()))));
    }
}
