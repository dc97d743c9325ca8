package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.machine.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The programs of a task, as their listings. */
class TaskPlannerTest {
    private static final int ANONYMOUS = 0x22;
    private static final int PRIVATE = 0x02;
    private static final Path PAGES = Path.of("images/pages-1.img");
    private static final ParkedVdso VDSO = new ParkedVdso(
            List.of(
                    new ParkedVdso.Part(VmaKind.VVAR, new AddressRange(0x1000, 0x5000)),
                    new ParkedVdso.Part(VmaKind.VDSO, new AddressRange(0x5000, 0x7000))),
            0x9000_0000L);

    @Test
    void memoryWithPagesIsMappedWritableFilledAndThenProtected() throws RestoreException {
        VmaEntry code = Snapshots.vma(0x400000, 0x402000, 5, PRIVATE, VmaKind.FILE_PRIVATE, Snapshots.LIBRARY);
        VmaEntry heap = Snapshots.vma(0x600000, 0x604000, 1, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        TaskPlan plan = plan(List.of(code, heap), List.of(new PageIndex.Extent(0x601000, 2, PAGES, 8192)));

        assertThat(listing(plan.address()))
                .containsSubsequence(
                        "map 0x600000-0x604000 (anon private) of pid 10 (app)",
                        "mmap(0x600000, 16384, 3, 0x100022, -1, 0) must be 6291456",
                        "map 0x400000-0x402000 (file private) of pid 10 (app)",
                        "mmap(0x400000, 8192, 5, 0x100002, 1, 0) must be 4194304",
                        "fill 8192 bytes of pid 10 (app) from pages-1.img at 8192",
                        "preadv");
        assertThat(listing(plan.environment()))
                .contains("mprotect(0x600000, 16384, 1)")
                .doesNotContain("mprotect(0x400000");
    }

    @Test
    void extentsThatFollowEachOtherInTheFileShareOneRead() throws RestoreException {
        VmaEntry heap = Snapshots.vma(0x600000, 0x700000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        TaskPlan plan = plan(
                List.of(heap),
                List.of(
                        new PageIndex.Extent(0x601000, 1, PAGES, 0),
                        new PageIndex.Extent(0x610000, 2, PAGES, 4096),
                        new PageIndex.Extent(0x620000, 1, PAGES, 65536)));

        String listing = listing(plan.address());
        assertThat(listing).contains("fill 12288 bytes", "fill 4096 bytes");
        assertThat(listing.split("preadv\\(", -1)).hasSize(3);
        assertThat(listing).contains("32 bytes 00106000000000000010000000000000...");
    }

    @Test
    void theVdsoGroupMovesFromTheParkingPlaceToWhereTheProgramKnowsIt() throws RestoreException {
        VmaEntry vvar = Snapshots.vma(0x7000_0000L, 0x7000_4000L, 1, PRIVATE, VmaKind.VVAR, 0);
        VmaEntry vdso = Snapshots.vma(0x7000_4000L, 0x7000_6000L, 5, PRIVATE, VmaKind.VDSO, 0);

        assertThat(listing(plan(List.of(vvar, vdso), List.of()).address()))
                .contains("mremap(0x90000000, 16384, 16384, 3, 0x70000000) must be 1879048192")
                .contains("mremap(0x90004000, 8192, 8192, 3, 0x70004000) must be 1879064576");
    }

    @Test
    void anotherKernelsVdsoIsRefused() {
        VmaEntry vdso = Snapshots.vma(0x7000_4000L, 0x7000_6000L, 5, PRIVATE, VmaKind.VDSO, 0);

        assertThatThrownBy(() -> plan(List.of(vdso), List.of()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("vdso")
                .hasMessageContaining("same kernel");
    }

    @Test
    void descriptorsArePlacedInOrderAndKeepTheirCloseOnExecFlag() throws RestoreException {
        TaskSnapshot task = Snapshots.task(
                10,
                0,
                10,
                10,
                MmEntry.newBuilder().setExeFileId(Snapshots.EXECUTABLE).buildPartial(),
                List.of(
                        Snapshots.descriptor(0, Snapshots.LOG, false),
                        Snapshots.descriptor(1, Snapshots.LOG, true),
                        Snapshots.descriptor(5, Snapshots.LOG, true)),
                1);

        assertThat(listing(plan(task, List.of()).environment()))
                .containsSubsequence(
                        "place fd 0 of pid 10 (app), /var/log/app.log",
                        "pidfd_getfd(6, 103, 0) must be 0",
                        "fcntl(0, 2, 0)",
                        "place fd 1 of pid 10 (app), /var/log/app.log",
                        "pidfd_getfd(6, 103, 0) must be 1",
                        "place fd 5 of pid 10 (app), /var/log/app.log",
                        "pidfd_getfd(6, 103, 0) must be 2",
                        "dup3(2, 5, 0x80000) must be 5",
                        "close(2)",
                        "let go of the agent",
                        "close(6)");
    }

    @Test
    void theLeadersLastProgramEndsWithItsOwnState() throws RestoreException {
        TaskPlan plan = plan(List.of(), List.of());

        assertThat(plan.leader().toString()).contains("name pid 10 (app)", "set_tid_address(0) must be 10");
        assertThat(plan.ignoresSigtrap()).isFalse();
    }

    private static TaskPlan plan(List<VmaEntry> vmas, List<PageIndex.Extent> pages) throws RestoreException {
        MmEntry mm = MmEntry.newBuilder()
                .setExeFileId(Snapshots.EXECUTABLE)
                .addAllVmas(vmas)
                .buildPartial();
        return plan(Snapshots.task(10, 0, 10, 10, mm, List.of(), 1), pages);
    }

    private static TaskPlan plan(TaskSnapshot task, List<PageIndex.Extent> pages) throws RestoreException {
        Snapshot snapshot = Snapshots.of(task);
        AgentLimits limits = new AgentLimits(List.of(), new Capabilities(-1, -1));
        return RestorePlan.of(snapshot, new Sessions(snapshot, false), pid -> pages, Snapshots.agent(), limits, VDSO)
                .tasks()
                .get(0);
    }

    private static String listing(List<Program> programs) {
        return programs.toString();
    }
}
