package io.godwit.source.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.victim.Puppet;
import io.godwit.source.victim.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One agent ends, and the next one knows what was written in between. */
@Timeout(60)
class KeptTrackersIT {
    private final String snapshot = UUID.randomUUID().toString();

    @TempDir
    Path directory;

    private Puppet victim;
    private TreeMemory memory;
    private Optional<KeptTrackers> kept = Optional.empty();
    private Rounds rounds;

    @BeforeEach
    void start() throws IOException {
        victim = Puppet.start();
        memory = fresh();
        rounds = new Rounds(victim.pid(), () -> memory.of(task()), directory);
        victim.run("p = mmap(0, 3000); fill(p, 3000, 'old')");
        memory.refresh();
        rounds.live();
    }

    @AfterEach
    void stop() throws IOException {
        memory.close();
        kept.ifPresent(KeptTrackers::close);
        victim.close();
    }

    private TreeMemory fresh() {
        return new TreeMemory(victim.pid(), Tracking.WRITE_PROTECT, new ReentrantLock(), kept, Duration.ofSeconds(10));
    }

    private TrackedTask task() throws IOException {
        return TrackedTask.of(victim.pid(), ProcDirectory.process(victim.pid()).stat());
    }

    /** What happens when an agent has made a snapshot and ends. */
    private void agentEnds() throws IOException {
        assertEquals(Optional.empty(), KeptTrackers.keep(snapshot, victim.pid(), memory));
        memory.close();
    }

    private void anotherBegins() throws IOException {
        kept = KeptTrackers.since(snapshot);
        assertEquals(victim.pid(), kept.orElseThrow().root());
        memory = fresh();
    }

    @Test
    void theNextAgentReadsWhatWasWrittenMeanwhileAndNothingElse() throws IOException {
        agentEnds();
        victim.run("fill(p + 7 * PAGE, 3, 'new'); q = mmap(0, 64); fill(q, 64, 'q'); munmap(p + 90 * PAGE, 5)");
        victim.run("r = mmap(0, 8); mremap(p + 200 * PAGE, 8, 8, 3, r); madvise(p + 300 * PAGE, 9, 4)");
        anotherBegins();
        kept.orElseThrow().takeOver();
        memory.refresh();
        assertTrue(rounds.live().unchanged() > 2900);
        victim.run("fill(p + 8 * PAGE, 3, 'newer')");
        assertTrue(rounds.lastIsRight().changed() < 500);
    }

    @Test
    void anAgentThatOnlyLooksTakesNothingAway() throws IOException {
        agentEnds();
        victim.run("fill(p + 7 * PAGE, 3, 'new')");
        for (int i = 0; i < 2; i++) {
            anotherBegins();
            long changed = rounds.lastIsRight().changed();
            assertTrue(changed >= 3 && changed < 500, changed + " pages");
            memory.close();
            kept.orElseThrow().close();
        }
    }

    @Test
    void whatIsNotKeptIsNotTakenAsUnchanged() throws IOException {
        memory.close();
        assertEquals(Optional.empty(), KeptTrackers.since(snapshot));
        memory = fresh();
        memory.refresh();
        assertEquals(0, rounds.live().unchanged());
    }

    @Test
    void anAgentThatBeginsAnewEndsWhatWasKept() throws IOException {
        agentEnds();
        memory = fresh();
        memory.refresh();
        assertEquals(0, rounds.live().unchanged());
        assertEquals(Optional.empty(), KeptTrackers.since(snapshot));
        rounds.lastIsRight();
    }

    @Test
    void twoAgentsAtOnceAreOneTooMany() {
        try (TreeMemory second = fresh()) {
            IOException e = assertThrows(IOException.class, second::refresh);
            assertTrue(e.getMessage().contains("another agent tracks the writes"), e.getMessage());
        }
    }

    @Test
    void aProcessThatExecutedAnotherProgramMeanwhileIsReadWhole() throws IOException {
        agentEnds();
        victim.tell("os.execv('/usr/bin/python3', ['python3', '-uc', "
                + "'import sys; x = b\"z\" * 9000000; print(\"there\"); sys.stdin.readline()'])");
        assertEquals("there", victim.line());
        anotherBegins();
        kept.orElseThrow().takeOver();
        memory.refresh();
        assertEquals(0, rounds.live().unchanged());
        rounds.lastIsRight();
    }
}
