package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotCheckTest {
    private static final MmEntry PLAIN =
            MmEntry.newBuilder().setExeFileId(Snapshots.EXECUTABLE).buildPartial();

    @Test
    void aWholeSnapshotPasses() {
        assertThatCode(() -> check(task(10, 0, PLAIN), Snapshots.zombie(11, 10, 10, 256)))
                .doesNotThrowAnyException();
    }

    @Test
    void aTaskBeforeItsParentIsRefused() {
        assertThatThrownBy(() -> check(task(10, 0, PLAIN), task(12, 11, PLAIN), task(11, 10, PLAIN)))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("pid 12 (app) has the parent 11");
    }

    @Test
    void aPidThatComesTwiceIsRefused() {
        assertThatThrownBy(() -> check(task(10, 0, PLAIN), task(11, 10, PLAIN), task(11, 10, PLAIN)))
                .hasMessageContaining("pid 11 (app) twice");
    }

    @Test
    void aRootThatHadEndedIsRefused() {
        assertThatThrownBy(() -> check(Snapshots.zombie(10, 0, 10, 0))).hasMessageContaining("had ended");
    }

    @Test
    void aMappingOfAKindThatCannotBeRestoredIsNamed() {
        VmaEntry ring = Snapshots.vma(0x1000, 0x2000, 3, 1, VmaKind.AIO_RING, 0);

        assertThatThrownBy(
                        () -> check(task(10, 0, PLAIN.toBuilder().addVmas(ring).buildPartial())))
                .hasMessageContaining("0x1000-0x2000 (aio ring)");
    }

    @Test
    void aMappingOfAFileThatIsNotListedIsRefused() {
        VmaEntry lost = Snapshots.vma(0x1000, 0x2000, 1, 2, VmaKind.FILE_PRIVATE, 77);

        assertThatThrownBy(
                        () -> check(task(10, 0, PLAIN.toBuilder().addVmas(lost).buildPartial())))
                .hasMessageContaining("files.img does not list file 77");
    }

    @Test
    void aDescriptorOfAFileThatIsNotListedIsRefused() {
        TaskSnapshot task = Snapshots.task(10, 0, 10, 10, PLAIN, List.of(Snapshots.descriptor(4, 88, false)), 1);

        assertThatThrownBy(() -> check(task)).hasMessageContaining("file 88, fd 4 of pid 10 (app)");
    }

    private static TaskSnapshot task(int pid, int ppid, MmEntry mm) {
        return Snapshots.task(pid, ppid, 10, 10, mm, List.of(), 1);
    }

    private static void check(TaskSnapshot... tasks) throws RestoreException {
        SnapshotCheck.check(Snapshots.of(tasks));
    }
}
