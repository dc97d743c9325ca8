package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.TtyPtyEntry;
import io.godwit.linux.terminal.PseudoTerminal;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForkPlannerTest {
    @Test
    void aSessionLeaderStartsItsSessionBeforeItForksThoseWhoAreInIt() throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        String listing = fork(root, Snapshots.task(11, 10, 10, 10));

        assertThat(listing).containsSubsequence("start session 10", "setsid", "fork pid 11", "clone3");
    }

    @Test
    void aChildThatStaysInTheOldSessionIsForkedBeforeItsParentLeavesIt() throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        TaskSnapshot leader = Snapshots.task(11, 10, 11, 11);
        Snapshot snapshot = Snapshots.of(root, leader, Snapshots.task(12, 11, 10, 10), Snapshots.task(13, 11, 11, 11));
        ForkPlanner planner = new ForkPlanner(snapshot, new Sessions(snapshot, false), Set.of(), Snapshots.agent());
        planner.plan(root);

        assertThat(planner.plan(leader).toString())
                .containsSubsequence("fork pid 12", "start session 11", "fork pid 13");
    }

    @Test
    void aZombieOfTheOldSessionIsForkedByAParentThatIsThereAlready() throws RestoreException {
        assertThat(forkLate(Snapshots.zombie(12, 11, 10, 42))).contains("fork pid 12");
    }

    @Test
    void aChildOfTheOldSessionCanNotBeForkedByAParentThatIsThereAlready() throws RestoreException {
        assertThatThrownBy(() -> forkLate(Snapshots.task(12, 11, 10, 10)))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("was started before pid 11");
    }

    /** The program of pid 11, which is there already and has left the session of its child. */
    private static String forkLate(TaskSnapshot child) throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        TaskSnapshot leader = Snapshots.task(11, 10, 11, 11);
        Snapshot snapshot = Snapshots.of(root, leader, child);
        ForkPlanner planner =
                new ForkPlanner(snapshot, new Sessions(snapshot, false), Set.of(10, 11), Snapshots.agent());
        planner.plan(root);
        return planner.plan(leader).toString();
    }

    @Test
    void aSessionHasItsTerminalBeforeItsOthersAreForked() throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        TaskSnapshot leader = Snapshots.task(11, 10, 11, 11);
        Snapshot plain = Snapshots.of(root, leader, Snapshots.task(12, 11, 11, 11));
        TtyInfoEntry master = TtyInfoEntry.newBuilder()
                .setId(3)
                .setRdev(PseudoTerminal.MASTER_DEVICE)
                .setSid(11)
                .setPty(TtyPtyEntry.newBuilder().setIndex(7))
                .buildPartial();
        Snapshot snapshot = new Snapshot(
                plain.images(),
                plain.tasks(),
                plain.files(),
                plain.remaps(),
                plain.pipes(),
                plain.packets(),
                plain.memfds(),
                plain.locks(),
                Map.of(3, master),
                Map.of());
        ForkPlanner planner = new ForkPlanner(snapshot, new Sessions(snapshot, false), Set.of(), Snapshots.agent());

        assertThat(planner.plan(root).toString()).doesNotContain("terminal");
        assertThat(planner.plan(leader).toString())
                .containsSubsequence(
                        "start session 11", "controlling terminal, which was /dev/pts/7", "ioctl", "fork pid 12");
    }

    @Test
    void aGroupLeaderInAnotherSessionSetsItsGroup() throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        TaskSnapshot leader = Snapshots.task(11, 10, 11, 10);
        Snapshot snapshot = Snapshots.of(root, leader);
        ForkPlanner planner = new ForkPlanner(snapshot, new Sessions(snapshot, false), Set.of(), Snapshots.agent());
        planner.plan(root);

        assertThat(planner.plan(leader).toString()).contains("start process group 11", "setpgid(0, 0)");
    }

    @Test
    void theRootOfATreeWhoseShellIsElsewhereLeadsASessionOfItsOwn() throws RestoreException {
        assertThat(fork(Snapshots.task(10, 0, 9, 5))).contains("start session 10");
    }

    @Test
    void asAShellJobItStaysInTheAgentsSession() throws RestoreException {
        TaskSnapshot root = Snapshots.task(10, 0, 9, 5);
        Snapshot snapshot = Snapshots.of(root);

        String listing = new ForkPlanner(snapshot, new Sessions(snapshot, true), Set.of(), Snapshots.agent())
                .plan(root)
                .toString();

        assertThat(listing).doesNotContain("setsid").doesNotContain("setpgid");
    }

    @Test
    void aSessionThatNoAncestorLeadsIsRefused() {
        TaskSnapshot root = Snapshots.task(10, 0, 10, 10);
        TaskSnapshot leader = Snapshots.task(11, 10, 11, 11);
        TaskSnapshot stranger = Snapshots.task(12, 10, 11, 11);

        assertThatThrownBy(() -> fork(root, leader, stranger))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("pid 12 (app)")
                .hasMessageContaining("session 11");
    }

    @Test
    void aGroupWhoseLeaderHasEndedIsRefused() {
        Snapshot snapshot = Snapshots.of(Snapshots.task(10, 0, 10, 10), Snapshots.task(12, 10, 11, 10));

        assertThatThrownBy(() -> new Sessions(snapshot, false)).hasMessageContaining("process group 11");
    }

    private static String fork(TaskSnapshot root, TaskSnapshot... others) throws RestoreException {
        TaskSnapshot[] all = new TaskSnapshot[others.length + 1];
        all[0] = root;
        System.arraycopy(others, 0, all, 1, others.length);
        Snapshot snapshot = Snapshots.of(all);
        return new ForkPlanner(snapshot, new Sessions(snapshot, false), Set.of(), Snapshots.agent())
                .plan(root)
                .toString();
    }
}
