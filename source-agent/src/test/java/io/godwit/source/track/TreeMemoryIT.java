package io.godwit.source.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.victim.Puppet;
import io.godwit.source.victim.Rounds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tree whose processes fork, exec and end between the rounds. */
@Timeout(60)
class TreeMemoryIT {
    @TempDir
    Path directory;

    private Puppet victim;
    private TreeMemory memory;

    @BeforeEach
    void start() throws IOException {
        victim = Puppet.start();
        memory = new TreeMemory(victim.pid(), Tracking.WRITE_PROTECT, new ReentrantLock());
    }

    @AfterEach
    void stop() throws IOException {
        memory.close();
        victim.close();
    }

    /** Of the victim, or of a child of it. */
    private TrackedTask identity(int pid) throws IOException {
        TrackedTask above = pid == victim.pid() ? null : identity(victim.pid());
        return TrackedTask.of(pid, ProcDirectory.process(pid).stat(), above);
    }

    private int child() throws IOException {
        return ProcDirectory.thread(victim.pid(), victim.pid()).children()[0];
    }

    private Rounds rounds(int pid, String name) throws IOException {
        TrackedTask task = identity(pid);
        return new Rounds(pid, () -> memory.of(task), Files.createDirectory(directory.resolve(name)));
    }

    @Test
    void aProcessThatExecutedAnotherProgramIsSentWhole() throws IOException {
        Rounds rounds = rounds(victim.pid(), "a");
        memory.refresh();
        rounds.live();
        victim.tell("os.execv('/usr/bin/python3', ['python3', '-uc', "
                + "'import sys; x = b\"z\" * 300000; print(\"there\"); sys.stdin.readline()'])");
        assertEquals("there", victim.line());
        rounds.live();
        rounds.lastIsRight();
    }

    @Test
    void aProcessThatExecutesAnotherProgramInTheMiddleOfARoundIsNoFailure() throws IOException {
        memory.refresh();
        TrackedTask task = identity(victim.pid());
        assertTrue(memory.stillTracks(task));
        victim.tell("os.execv('/usr/bin/python3', ['python3', '-uc', "
                + "'import sys; print(\"there\"); sys.stdin.readline()'])");
        assertEquals("there", victim.line());
        assertFalse(memory.stillTracks(task));
        memory.refresh();
        assertTrue(memory.stillTracks(task));
    }

    @Test
    void aProcessThatExecutedAnotherProgramIsTrackedAgain() throws IOException {
        Rounds rounds = rounds(victim.pid(), "a");
        memory.refresh();
        rounds.live();
        victim.tell("os.execv('/usr/bin/python3', ['python3', '-uc', "
                + "'import sys; x = b\"z\" * 9000000; print(\"there\"); sys.stdin.readline()'])");
        assertEquals("there", victim.line());
        memory.refresh();
        assertTrue(rounds.live().changed() > 2000);
        memory.refresh();
        assertTrue(rounds.live().changed() < 1000);
        rounds.lastIsRight();
    }

    @Test
    void aChildThatForkedBetweenRoundsIsSentWholeAndItsParentIsRight() throws IOException {
        Rounds parent = rounds(victim.pid(), "parent");
        memory.refresh();
        victim.run("p = mmap(0, 100); fill(p, 100, 'old')");
        parent.live();
        victim.run("c = os.fork()\nif c == 0:\n    fill(p + 5 * PAGE, 3, 'child'); time.sleep(99)");
        victim.run("fill(p + 50 * PAGE, 3, 'new')");
        Rounds child = rounds(child(), "child");
        assertEquals(2, memory.refresh().size());
        parent.live();
        assertTrue(child.live().unchanged() == 0);
        child.live();
        parent.lastIsRight();
        child.lastIsRight();
    }

    @Test
    void aChildThatIsFoundInTheFreezeOnlyIsSentWhole() throws IOException {
        memory.refresh();
        victim.run("p = mmap(0, 100); fill(p, 100, 'old')");
        rounds(victim.pid(), "parent").live();
        victim.run("c = os.fork() or time.sleep(99)");
        assertEquals(0, rounds(child(), "child").lastIsRight().unchanged());
    }

    @Test
    void aChildThatStillHasItsParentsMemoryIsNotScannedForItself() throws IOException {
        memory.refresh();
        Path gate = directory.resolve("gate");
        victim.run("os.mkfifo('%s')".formatted(gate));
        victim.tell("c = os.posix_spawn('/bin/sleep', ['sleep', '99'], {}, "
                + "file_actions=[(os.POSIX_SPAWN_OPEN, 9, '%s', 0, 0)])".formatted(gate));
        while (ProcDirectory.process(victim.pid()).stat().state() != 'D') {
            Thread.onSpinWait();
        }
        assertEquals(Set.of(identity(victim.pid())), memory.refresh());
        try (RandomAccessFile open = new RandomAccessFile(gate.toFile(), "rw")) {
            open.length();
            assertEquals("ok", victim.line());
        }
        assertEquals(Set.of(identity(victim.pid()), identity(child())), memory.refresh());
    }
}
