package io.godwit.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SystemVUsesTest {
    @Test
    void aQueueTellsWhoSentAndWhoReceived() {
        assertThat(
                        SystemVUses.queues(
                                List.of(
                                        "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime",
                                        "-559038737          5  1600          12          1   100   200     0     0     0     0       1000       2000       3000")))
                .containsExactly(
                        new SystemVUse(SystemVUse.Kind.QUEUE, 5, 100, 1000),
                        new SystemVUse(SystemVUse.Kind.QUEUE, 5, 200, 2000));
    }

    @Test
    void aSegmentTellsWhoMadeItAndWhoAttachedIt() {
        assertThat(
                        SystemVUses.segments(
                                List.of(
                                        "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap",
                                        "         0          7   600  18446744073692774399   300   400      0     0     0     0     0         11         22         33                     0                     0")))
                .containsExactly(
                        new SystemVUse(SystemVUse.Kind.SEGMENT, 7, 300, 33),
                        new SystemVUse(SystemVUse.Kind.SEGMENT, 7, 400, 11),
                        new SystemVUse(SystemVUse.Kind.SEGMENT, 7, 400, 22));
    }

    @Test
    void aThreadTellsOnWhatItWaits() {
        assertThat(SystemVUses.waited("220 0x3 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n", 42, 9))
                .contains(new SystemVUse(SystemVUse.Kind.SEMAPHORES, 3, 42, 9));
        assertThat(SystemVUses.waited("70 0x8001 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n", 42, 9))
                .contains(new SystemVUse(SystemVUse.Kind.QUEUE, 0x8001, 42, 9));
        assertThat(SystemVUses.waited("230 0x3 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n", 42, 9))
                .isEmpty();
        assertThat(SystemVUses.waited("running\n", 42, 9)).isEmpty();
        assertThat(SystemVUses.waited("-1 0x7ffd 0x7f00\n", 42, 9)).isEmpty();
    }

    @Test
    void anObjectIsRemovedByACommand() {
        SystemVUse use = new SystemVUse(SystemVUse.Kind.SEMAPHORES, 3, 42, 9);

        assertThat(use.describe()).isEqualTo("semaphore set 3 of System V");
        assertThat(use.removal()).isEqualTo("ipcrm -s 3");
    }
}
