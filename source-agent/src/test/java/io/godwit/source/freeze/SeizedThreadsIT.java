package io.godwit.source.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Tracee;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thread that calls execve(2) while the others of its process have a tracer, and it has none. */
@Timeout(60)
class SeizedThreadsIT {
    private static final String PROGRAM = """
            #include <pthread.h>
            #include <unistd.h>
            static void *idle(void *nothing) { for (;;) pause(); return nothing; }
            static void *begin_anew(void *nothing)
            {
                char byte;
                if (read(0, &byte, 1) == 1)
                    execl("/proc/self/exe", "anew", "anew", (char *)NULL);
                return nothing;
            }
            int main(int count, char **arguments)
            {
                pthread_t threads[2];
                (void)arguments;
                if (count == 1) {
                    pthread_create(&threads[0], NULL, idle, NULL);
                    pthread_create(&threads[1], NULL, begin_anew, NULL);
                }
                for (;;)
                    pause();
            }
            """;

    @TempDir
    Path directory;

    private Puppet victim;
    private int pid;

    @BeforeEach
    void start() throws Exception {
        victim = Puppet.start();
        Path source = Files.writeString(directory.resolve("anew.c"), PROGRAM);
        Path program = directory.resolve("anew");
        victim.run("import subprocess; subprocess.run(['gcc', '-pthread', '-o', '" + program + "', '" + source
                + "'], check=True); p = subprocess.Popen(['" + program + "'], stdin=subprocess.PIPE)");
        pid = (int) victim.number("p.pid");
        until(() ->
                thread(Syscall.READ).isPresent() && ProcDirectory.process(pid).threads().length == 3);
    }

    @AfterEach
    void stop() throws IOException {
        victim.run("p.kill(); p.wait()");
        victim.close();
    }

    /** The kernel holds up who seizes it until the others are gone, which they are when they have been waited for. */
    @Test
    void isSeizedAllTheSameAndCanBeStopped() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (SeizedThreads threads = new SeizedThreads(TimeUnit.SECONDS.toNanos(5))) {
                int last = seizeAllBut(threads);
                var running = List.of(threads.seize(pid, last));
                threads.stop(running);
                assertTrue(threads.stands(pid));
                assertEquals(
                        ProcDirectory.process(pid).stat().pid(),
                        threads.frozen(pid).tracee().tid());
                letGo(threads);
            }
        });
    }

    /** Its successor is traced by nobody. */
    @Test
    void isLeftAloneWhereTheOthersAreLetGoInstead() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (SeizedThreads threads = new SeizedThreads(TimeUnit.SECONDS.toNanos(5))) {
                seizeAllBut(threads);
                letGo(threads);
            }
        });
    }

    /** And what if it had a tracer, but nobody has followed it. */
    @Test
    void isLetGoByItsNewName() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (SeizedThreads threads = new SeizedThreads(TimeUnit.SECONDS.toNanos(5))) {
                threads.seize(pid, thread(Syscall.READ).orElseThrow());
                victim.run("p.stdin.write(b'x'); p.stdin.flush()");
                until(() -> ProcDirectory.process(pid).threads().length == 1);
                letGo(threads);
            }
        });
    }

    /** It goes on only when the other one has been waited for, and so does the leader, which comes first. */
    @Test
    void standsThoughItsLeaderIsWaitedForBeforeTheOthers() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (SeizedThreads threads = new SeizedThreads(TimeUnit.SECONDS.toNanos(5))) {
                List<Tracee> all = seizeAllAndBeginAnew(threads);
                threads.stop(all);
                assertTrue(threads.stands(pid));
                letGo(threads);
            }
        });
    }

    /** The stop of the leader that was heard of is its own. */
    @Test
    void isNotWaitedForOnceMoreWhenItHasStoodByTheNameOfItsLeader() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (SeizedThreads threads = new SeizedThreads(TimeUnit.SECONDS.toNanos(5))) {
                List<Tracee> all = seizeAllAndBeginAnew(threads);
                threads.stop(all.subList(0, 1));
                assertTrue(threads.stands(pid));
                threads.stop(all.subList(1, all.size()).stream()
                        .filter(tracee -> threads.has(tracee.tid()))
                        .toList());
                assertTrue(threads.stands(pid));
                letGo(threads);
            }
        });
    }

    /** The leader is the first of them; one of the others has ended, and holds up the one that is in the middle of execve(2). */
    private List<Tracee> seizeAllAndBeginAnew(SeizedThreads threads) throws Exception {
        int reader = thread(Syscall.READ).orElseThrow();
        List<Tracee> all = new ArrayList<>();
        for (int tid : ProcDirectory.process(pid).threads()) {
            all.add(threads.seize(pid, tid));
        }
        assertEquals(pid, all.get(0).tid());
        victim.run("p.stdin.write(b'x'); p.stdin.flush()");
        for (Tracee tracee : all) {
            if (tracee.tid() != pid && tracee.tid() != reader) {
                until(() -> ProcDirectory.thread(pid, tracee.tid()).stat().state() == 'Z');
            }
        }
        return all;
    }

    /** Gives the tid of the one that is in the middle of execve(2) now. */
    private int seizeAllBut(SeizedThreads threads) throws Exception {
        int reader = thread(Syscall.READ).orElseThrow();
        int idle = 0;
        for (int tid : ProcDirectory.process(pid).threads()) {
            if (tid != reader) {
                threads.seize(pid, tid);
                idle = tid == pid ? idle : tid;
            }
        }
        victim.run("p.stdin.write(b'x'); p.stdin.flush()");
        int ended = idle;
        until(() -> ProcDirectory.thread(pid, ended).stat().state() == 'Z');
        return reader;
    }

    private void letGo(SeizedThreads threads) throws Exception {
        IOException none = new IOException("none");
        assertTrue(threads.undo(none));
        assertEquals(0, none.getSuppressed().length);
        until(() -> ProcDirectory.process(pid).threads().length == 1
                && ProcDirectory.process(pid).status().tracer() == 0
                && ProcDirectory.process(pid).stat().comm().equals("exe")
                && ProcDirectory.process(pid).stat().state() == 'S');
    }

    private Optional<Integer> thread(int call) throws IOException {
        for (int tid : ProcDirectory.process(pid).threads()) {
            String syscall = Files.readString(Path.of("/proc/" + pid + "/task/" + tid + "/syscall"));
            if (syscall.startsWith(call + " ")) {
                return Optional.of(tid);
            }
        }
        return Optional.empty();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - start < 20_000_000_000L, "not within 20 s");
            Thread.onSpinWait();
        }
    }
}
