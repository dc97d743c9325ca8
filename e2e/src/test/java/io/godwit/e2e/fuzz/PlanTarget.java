package io.godwit.e2e.fuzz;

import io.godwit.image.Images;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.PagesReader;
import io.godwit.target.plan.AddressPlanner;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.AgentFiles;
import io.godwit.target.plan.AgentLimits;
import io.godwit.target.plan.Capabilities;
import io.godwit.target.plan.MappedSpace;
import io.godwit.target.plan.ParkedVdso;
import io.godwit.target.plan.RestorePlan;
import io.godwit.target.plan.Sessions;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.SnapshotCheck;
import io.godwit.target.plan.SnapshotReader;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What a restore does with images before it makes a process: it reads them, checks them and plans. */
final class PlanTarget implements FuzzTarget {
    /** As it is laid out in the dumps of the corpus. */
    private static final ParkedVdso VDSO = new ParkedVdso(
            List.of(
                    new ParkedVdso.Part(VmaKind.VVAR, new AddressRange(0x7fff0000_0000L, 0x7fff0000_4000L)),
                    new ParkedVdso.Part(VmaKind.VVAR, new AddressRange(0x7fff0000_4000L, 0x7fff0000_6000L)),
                    new ParkedVdso.Part(VmaKind.VDSO, new AddressRange(0x7fff0000_6000L, 0x7fff0000_8000L))),
            0x10000);

    private static final AgentLimits LIMITS =
            new AgentLimits(Collections.nCopies(16, Long.MAX_VALUE), new Capabilities(-1, -1));

    private final FuzzTarget images;

    PlanTarget(Corpus corpus) throws IOException {
        this.images = new ImagesTarget(corpus);
    }

    @Override
    public byte[] input(Random random) throws IOException {
        return images.input(random);
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        Path directory = Files.createDirectory(sandbox.resolve("images"));
        Bundle.decode(input).write(directory);
        Snapshot snapshot = SnapshotReader.read(Images.in(directory));
        SnapshotCheck.check(snapshot);
        Sessions sessions = new Sessions(snapshot, false);
        for (TaskSnapshot task : snapshot.tasks()) {
            sessions.session(task);
            if (!task.zombie()) {
                PagemapId id = new PagemapId(PagemapId.Kind.TASK, task.pid());
                AddressPlanner planner = new AddressPlanner(new NumberedFiles(), VDSO);
                List<PageIndex.Extent> pages = PageIndex.load(directory, id).extents();
                planner.map(task, new MappedSpace(), pages);
                readAll(pages);
            }
        }
        RestorePlan.of(snapshot, sessions, new NumberedFiles(), LIMITS).toString();
    }

    private static void readAll(List<PageIndex.Extent> pages) throws IOException {
        try (PagesReader reader = new PagesReader()) {
            for (PageIndex.Extent extent : pages) {
                reader.read(extent.pagesFile(), extent.offset(), ByteBuffer.allocate(PageSink.PAGE));
            }
        }
    }

    /** An agent in which every file is open. */
    private static final class NumberedFiles implements AgentFiles {
        @Override
        public int pid() {
            return 999;
        }

        @Override
        public int file(int fileId) {
            return 100;
        }

        @Override
        public int sharedMemory(long shmid) {
            return 200;
        }

        @Override
        public String identity(int agentFd) {
            return "file " + agentFd;
        }

        @Override
        public int terminal(int index) {
            return 400;
        }
    }

    @Override
    public void close() throws IOException {
        images.close();
    }
}
