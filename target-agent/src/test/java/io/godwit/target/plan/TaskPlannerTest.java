package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.machine.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    void memoryWithPagesIsMappedWritableAndThenProtected() throws RestoreException {
        VmaEntry code = Snapshots.vma(0x400000, 0x402000, 5, PRIVATE, VmaKind.FILE_PRIVATE, Snapshots.LIBRARY);
        VmaEntry heap = Snapshots.vma(0x600000, 0x604000, 1, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        TaskSnapshot task = task(List.of(code, heap));
        MappedSpace space = new MappedSpace();

        assertThat(listing(address(task, space, List.of(new PageIndex.Extent(0x601000, 2, PAGES, 8192)))))
                .containsSubsequence(
                        "map 0x400000-0x402000 (file 104) of pid 10 (app)",
                        "mmap(0x400000, 8192, 5, 0x100002, 1, 0) must be 4194304",
                        "map 0x600000-0x604000 of pid 10 (app)",
                        "mmap(0x600000, 16384, 3, 0x100022, -1, 0) must be 6291456");
        assertThat(listing(new ProtectionPlanner(task, space, List.of()).plan()))
                .contains("mprotect(0x600000, 16384, 1)")
                .doesNotContain("mprotect(0x400000");
    }

    /** The memory was mapped anew at the source after huge pages had been asked for. */
    @Test
    void hugePagesAreGivenOnlyToThoseWhoStillAskForThem() throws RestoreException {
        VmaEntry asks = Snapshots.vma(0x600000, 0xa00000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0).toBuilder()
                .setMadv(1 << Abi.MADV_HUGEPAGE)
                .buildPartial();
        VmaEntry plain = Snapshots.vma(0xa00000, 0xe00000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        ProtectionPlanner planner = new ProtectionPlanner(
                task(List.of(asks, plain)), new MappedSpace(), List.of(new AddressRange(0x600000, 0xc00000)));

        assertThat(listing(planner.plan()))
                .contains("madvise(0x600000, 0x400000, 14)", "madvise(0xa00000, 0x200000, 15)")
                .doesNotContain("madvise(0x600000, 0x400000, 15)");
    }

    @Test
    void theVdsoGroupMovesFromTheParkingPlaceToWhereTheProgramKnowsIt() throws RestoreException {
        VmaEntry vvar = Snapshots.vma(0x7000_0000L, 0x7000_4000L, 1, PRIVATE, VmaKind.VVAR, 0);
        VmaEntry vdso = Snapshots.vma(0x7000_4000L, 0x7000_6000L, 5, PRIVATE, VmaKind.VDSO, 0);

        assertThat(listing(address(task(List.of(vvar, vdso)), new MappedSpace(), List.of())))
                .contains("mremap(0x90000000, 16384, 16384, 3, 0x70000000) must be 1879048192")
                .contains("mremap(0x90004000, 8192, 8192, 3, 0x70004000) must be 1879064576");
    }

    @Test
    void aVdsoThatAnExecMovedFollowsByWayOfTheParkingPlace() throws RestoreException {
        MappedSpace space = new MappedSpace();
        address(task(vdsoAt(0x7000_0000L)), space, List.of());

        assertThat(listing(address(task(vdsoAt(0x7000_2000L)), space, List.of())))
                .containsSubsequence(
                        "mremap(0x70000000, 16384, 16384, 3, 0x90000000)",
                        "mremap(0x70004000, 8192, 8192, 3, 0x90004000)",
                        "mremap(0x90000000, 16384, 16384, 3, 0x70002000)",
                        "mremap(0x90004000, 8192, 8192, 3, 0x70006000)");
    }

    private static List<VmaEntry> vdsoAt(long start) {
        return List.of(
                Snapshots.vma(start, start + 0x4000, 1, PRIVATE, VmaKind.VVAR, 0),
                Snapshots.vma(start + 0x4000, start + 0x6000, 5, PRIVATE, VmaKind.VDSO, 0));
    }

    @Test
    void anotherKernelsVdsoIsRefused() {
        VmaEntry vdso = Snapshots.vma(0x7000_4000L, 0x7000_6000L, 5, PRIVATE, VmaKind.VDSO, 0);

        assertThatThrownBy(() -> address(task(List.of(vdso)), new MappedSpace(), List.of()))
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

        assertThat(listing(plan(task).environment()))
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
    void theProgramsOfATaskWithOneThreadEndWithItsOwnState() throws RestoreException {
        TaskPlan plan = plan(task(List.of()));

        assertThat(listing(plan.environment())).contains("name pid 10 (app)", "set_tid_address(0) must be 10");
        assertThat(plan.leader()).isEmpty();
        assertThat(plan.ignoresSigtrap()).isFalse();
    }

    @Test
    void onlySignalActionsThatAForkDoesNotBringAreSet() throws RestoreException {
        TaskSnapshot task = task(List.of());
        CoreEntry.Builder core = task.core().toBuilder();
        core.getTcBuilder()
                .setSigactions(0, action(0, 0, 0))
                .setSigactions(1, action(1, 0, 0))
                .setSigactions(2, action(0, 0x1000_0000, 0))
                .setSigactions(3, action(0, 0, 0x80));
        TaskSnapshot acting = new TaskSnapshot(
                task.entry(), Map.of(10, core.buildPartial()), task.mm(), task.fs(), task.descriptors());

        assertThat(listing(plan(acting).environment()))
                .contains("set the action of signal 2 ", "set the action of signal 3 ", "set the action of signal 4 ")
                .doesNotContain("set the action of signal 1 ", "set the action of signal 5 ");
    }

    private static SaEntry action(long handler, long flags, long mask) {
        return SaEntry.newBuilder()
                .setSigaction(handler)
                .setFlags(flags)
                .setRestorer(0)
                .setMask(mask)
                .build();
    }

    @Test
    void aMappingThatBecameOneOfAnotherFileIsMadeAnew() throws RestoreException {
        MappedSpace space = new MappedSpace();
        address(task(List.of(file(Snapshots.LIBRARY, 0))), space, List.of());

        assertThat(address(task(List.of(file(Snapshots.LIBRARY, 0))), space, List.of()))
                .as("programs for what is as it was")
                .isEmpty();
        assertThat(listing(address(task(List.of(file(Snapshots.LOG, 0))), space, List.of())))
                .containsSubsequence("munmap(0x400000, 8192)", "mmap(0x400000, 8192");
        assertThat(listing(address(task(List.of(file(Snapshots.LOG, 4096))), space, List.of())))
                .containsSubsequence("munmap(0x400000, 8192)", "mmap(0x400000, 8192");
    }

    private static VmaEntry file(int id, long offset) {
        return Snapshots.vma(0x400000, 0x402000, 5, PRIVATE, VmaKind.FILE_PRIVATE, id).toBuilder()
                .setPgoff(offset)
                .buildPartial();
    }

    @Test
    void whatIsMappedAlreadyStaysAndWhatIsNotWantedGoes() throws RestoreException {
        MappedSpace space = new MappedSpace();
        VmaEntry heap = Snapshots.vma(0x600000, 0x604000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        VmaEntry gone = Snapshots.vma(0x800000, 0x801000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);
        address(task(List.of(heap, gone)), space, List.of());
        VmaEntry grown = Snapshots.vma(0x600000, 0x606000, 3, ANONYMOUS, VmaKind.ANON_PRIVATE, 0);

        assertThat(listing(address(task(List.of(grown)), space, List.of())))
                .containsSubsequence(
                        "drop the mapping 0x800000-0x801000 of pid 10 (app)",
                        "munmap(0x800000, 4096)",
                        "map 0x604000-0x606000 of pid 10 (app)",
                        "mmap(0x604000, 8192, 3, 0x100022, -1, 0)")
                .doesNotContain("mmap(0x600000");
        assertThat(listing(address(task(List.of(grown)), space, List.of())))
                .doesNotContain("mmap(")
                .doesNotContain("munmap(");
    }

    @Test
    void aMappingOfAnotherFileInTheSamePlaceTakesTheOldOnesPlace() throws RestoreException {
        MappedSpace space = new MappedSpace();
        VmaEntry library = Snapshots.vma(0x400000, 0x402000, 5, PRIVATE, VmaKind.FILE_PRIVATE, Snapshots.LIBRARY);
        address(task(List.of(library)), space, List.of());
        VmaEntry log = Snapshots.vma(0x401000, 0x402000, 5, PRIVATE, VmaKind.FILE_PRIVATE, Snapshots.LOG);

        assertThat(listing(address(task(List.of(log)), space, List.of())))
                .containsSubsequence(
                        "munmap(0x400000, 8192)", "pidfd_getfd(0, 103, 0)", "mmap(0x401000, 4096, 5, 0x100002, 1, 0)");
    }

    private static TaskSnapshot task(List<VmaEntry> vmas) {
        MmEntry mm = MmEntry.newBuilder()
                .setExeFileId(Snapshots.EXECUTABLE)
                .addAllVmas(vmas)
                .buildPartial();
        return Snapshots.task(10, 0, 10, 10, mm, List.of(), 1);
    }

    private static List<Program> address(TaskSnapshot task, MappedSpace space, List<PageIndex.Extent> pages)
            throws RestoreException {
        AddressPlanner planner = new AddressPlanner(Snapshots.agent(), VDSO);
        return planner.map(task, space, pages);
    }

    private static TaskPlan plan(TaskSnapshot task) throws RestoreException {
        Snapshot snapshot = Snapshots.of(task);
        AgentLimits limits = new AgentLimits(List.of(), new Capabilities(-1, -1));
        return RestorePlan.of(snapshot, new Sessions(snapshot, false), Snapshots.agent(), limits)
                .tasks()
                .get(0);
    }

    private static String listing(List<Program> programs) {
        return programs.toString();
    }
}
