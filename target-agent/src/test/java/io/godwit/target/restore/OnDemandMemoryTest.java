package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.target.plan.Abi;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnDemandMemoryTest {
    private static final int PID = 42;
    private static final PagemapId MEMORY = new PagemapId(PagemapId.Kind.TASK, PID);
    private static final int ANONYMOUS = 1 | 1 << 9;
    private static final int FILE_PRIVATE = 1 | 1 << 6;

    @TempDir
    private Path images;

    private interface Writing {
        void write(PageSink sink) throws IOException;
    }

    private PageIndex dumped(Writing writing) throws IOException {
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(images, Optional.empty(), HolePuncher.NONE)) {
            try (PageSink sink = snapshot.pages(MEMORY)) {
                writing.write(sink);
            }
            snapshot.finish();
        }
        return PageIndex.loadOnDemand(images, MEMORY);
    }

    private static ByteBuffer pages(int count) {
        return ByteBuffer.allocateDirect(count * PageSink.PAGE);
    }

    private static VmaEntry vma(long start, long end, int status, int flags) {
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setStatus(status)
                .setFlags(flags)
                .buildPartial();
    }

    private static TaskSnapshot task(VmaEntry... vmas) {
        CoreEntry core = CoreEntry.newBuilder()
                .setTc(TaskCoreEntry.newBuilder().setComm("app").buildPartial())
                .buildPartial();
        return new TaskSnapshot(
                PstreeEntry.newBuilder().setPid(PID).buildPartial(),
                Map.of(PID, core),
                MmEntry.newBuilder().addAllVmas(List.of(vmas)).buildPartial(),
                FsEntry.getDefaultInstance(),
                List.of());
    }

    @Test
    void whatTheImagesMarkInPrivateAnonymousMemoryIsLeft() throws IOException {
        PageIndex index = dumped(sink -> {
            sink.onDemand(0x10000, 2);
            sink.onDemand(0x13000, 1);
            sink.onDemand(0x20000, 2);
            sink.data(0x10000, pages(4));
            sink.data(0x20000, pages(1));
            sink.data(0x30000, pages(1));
        });

        OnDemandMemory memory = OnDemandMemory.of(
                task(
                        vma(0x10000, 0x18000, ANONYMOUS, 0),
                        vma(0x20000, 0x22000, FILE_PRIVATE, 0),
                        vma(0x30000, 0x31000, ANONYMOUS, 0)),
                index);

        assertThat(memory.mappings()).containsExactly(new AddressRange(0x10000, 0x18000));
        assertThat(memory.atOnce())
                .extracting(PageIndex.Extent::vaddr, PageIndex.Extent::nrPages, PageIndex.Extent::offset)
                .containsExactly(
                        tuple(0x12000L, 1L, 0x2000L), tuple(0x20000L, 1L, 0x4000L), tuple(0x30000L, 1L, 0x5000L));
    }

    @Test
    void lockedMemoryIsRestoredAtOnce() throws IOException {
        PageIndex index = dumped(sink -> {
            sink.onDemand(0x10000, 2);
            sink.data(0x10000, pages(2));
        });

        OnDemandMemory memory = OnDemandMemory.of(task(vma(0x10000, 0x12000, ANONYMOUS, Abi.MAP_LOCKED)), index);

        assertThat(memory.mappings()).isEmpty();
        assertThat(memory.atOnce()).isEqualTo(index.extents());
    }

    @Test
    void contentsThatAreNowhereMustNotBeNeededAtOnce() throws IOException {
        PageIndex index = dumped(sink -> sink.left(0x10000, 2));

        assertThat(OnDemandMemory.of(task(vma(0x10000, 0x12000, ANONYMOUS, 0)), index)
                        .atOnce())
                .isEmpty();
        assertThatThrownBy(() -> OnDemandMemory.of(task(vma(0x10000, 0x12000, ANONYMOUS, Abi.MAP_LOCKED)), index))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("0x10000-0x12000 of pid 42 (app)")
                .hasMessageContaining("dump again without --lazy-pages");
    }
}
