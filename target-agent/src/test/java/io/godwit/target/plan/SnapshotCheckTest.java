package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.image.proto.VmaEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 25})
    void aDescriptorThatNoProcessCanHaveIsRefused(int fd) {
        TaskSnapshot task =
                Snapshots.task(10, 0, 10, 10, PLAIN, List.of(Snapshots.descriptor(fd, Snapshots.LOG, false)), 1);

        assertThatThrownBy(() -> check(task))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("fd " + Integer.toUnsignedString(fd) + " of pid 10 (app) is beyond");
    }

    @Test
    void aMappingOfNoKindIsRefused() {
        VmaEntry none = Snapshots.vma(0x1000, 0x2000, 3, 2, VmaKind.ANON_PRIVATE, 0).toBuilder()
                .setStatus(1)
                .buildPartial();

        assertThatThrownBy(
                        () -> check(task(10, 0, PLAIN.toBuilder().addVmas(none).buildPartial())))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("0x1000-0x2000 of no known kind (status 0x1)");
    }

    @ParameterizedTest
    @CsvSource({"0x3000,0x3000", "0x4000,0x3000", "0x3001,0x4000", "0x1000,0x4000", "-0x1000,0x1000"})
    void aMappingThatIsNoneOrOverlapsIsRefused(long start, long end) {
        VmaEntry first = Snapshots.vma(0x1000, 0x2000, 3, 2, VmaKind.ANON_PRIVATE, 0);
        VmaEntry second = Snapshots.vma(start, end, 3, 2, VmaKind.ANON_PRIVATE, 0);
        MmEntry mm = PLAIN.toBuilder().addVmas(first).addVmas(second).buildPartial();

        assertThatThrownBy(() -> check(task(10, 0, mm)))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("not of whole pages, empty, or overlaps");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPendingSignalThatIsTooShortIsRefused(boolean ofProcess) {
        SignalQueueEntry queue = SignalQueueEntry.newBuilder()
                .addSignals(SiginfoEntry.newBuilder().setSiginfo(ByteString.copyFrom(new byte[3])))
                .build();
        TaskSnapshot task = task(10, 0, PLAIN);
        CoreEntry.Builder core = task.core().toBuilder();
        if (ofProcess) {
            core.getTcBuilder().setSignalsS(queue);
        } else {
            core.getThreadCoreBuilder().setSignalsP(queue);
        }
        task.cores().put(10, core.buildPartial());

        assertThatThrownBy(() -> check(task))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("core-10.img has a pending signal of 3 bytes instead of 128");
    }

    private static TaskSnapshot task(int pid, int ppid, MmEntry mm) {
        return Snapshots.task(pid, ppid, 10, 10, mm, List.of(), 1);
    }

    private static void check(TaskSnapshot... tasks) throws RestoreException {
        SnapshotCheck.check(Snapshots.of(tasks));
    }
}
