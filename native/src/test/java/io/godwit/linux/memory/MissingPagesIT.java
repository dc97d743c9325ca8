package io.godwit.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Poll;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.MissingPages.Emptied;
import io.godwit.linux.memory.MissingPages.Event;
import io.godwit.linux.memory.MissingPages.Fault;
import io.godwit.linux.memory.MissingPages.Moved;
import io.godwit.linux.memory.MissingPages.Unmapped;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages are given to this process itself, another thread of which waits for them in system calls. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MissingPagesIT {
    private static final int PAGE = 4096;
    private static final int PAGES = 8;
    private static final int LIMIT_MILLIS = 10_000;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_DONTNEED = 4;
    private static final int MREMAP_MAYMOVE = 1;

    private final NativeMemory contents = NativeMemory.allocate(PAGES * PAGE);
    private final ProcessMemory own =
            new ProcessMemory((int) ProcessHandle.current().pid());
    private long start;
    private MissingPages pages;

    /** The page after those that are waited for keeps them from growing where they are. */
    @BeforeEach
    void map() throws IOException {
        start = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, (PAGES + 1) * PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
                "mmap",
                "memory");
        long fd = Kernel.syscall(Syscall.USERFAULTFD, MissingPages.OPEN_FLAGS);
        pages = MissingPages.agree(Fd.of(Kernel.check(fd, "userfaultfd", "this process")));
        pages.register(start, start + PAGES * PAGE);
        for (int i = 0; i < PAGES; i++) {
            contents.buffer().putLong(i * PAGE, 1000 + i);
        }
    }

    /** Whoever still waits goes on. */
    @AfterEach
    void close() {
        pages.close();
    }

    private long give(int page, int count) {
        return pages.give(start + page * PAGE, contents.address() + page * PAGE, (long) count * PAGE);
    }

    /** Waits for an event of another thread. */
    private Event next() throws IOException {
        new Poll().await(List.of(pages.descriptor()), LIMIT_MILLIS);
        return pages.next().orElseThrow();
    }

    @Test
    void whoTouchesAPageWaitsUntilItIsGiven() throws Exception {
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> word(3));
        assertThat(next()).isEqualTo(new Fault(start + 3 * PAGE));
        assertThat(reader).isNotDone();

        assertThat(give(3, 1)).isEqualTo(PAGE);

        assertThat(reader.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(1003);
        assertThat(give(3, 1)).isEqualTo(-Errno.EEXIST.value());
        assertThat(give(2, 3)).isEqualTo(PAGE);
        assertThat(pages.giveZeros(start, PAGE)).isEqualTo(PAGE);
        assertThat(word(0)).isZero();
    }

    @Test
    void whatIsNotRegisteredCanNotBeGiven() {
        long other = Kernel.syscall(Syscall.MMAP, 0, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        assertThat(pages.give(other, contents.address(), PAGE)).isEqualTo(-Errno.ENOENT.value());
    }

    @Test
    void aThreadThatEmptiesOrMovesMemoryWaitsUntilThatIsTaken() throws Exception {
        CompletableFuture<Long> emptied = CompletableFuture.supplyAsync(
                () -> Kernel.syscall(Syscall.MADVISE, start + PAGE, 2 * PAGE, MADV_DONTNEED));
        assertThat(next()).isEqualTo(new Emptied(start + PAGE, start + 3 * PAGE));
        assertThat(emptied.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isZero();

        long bytes = 2L * PAGES * PAGE;
        CompletableFuture<Long> moved = CompletableFuture.supplyAsync(
                () -> Kernel.syscall(Syscall.MREMAP, start, PAGES * PAGE, bytes, MREMAP_MAYMOVE, 0));
        Moved move = (Moved) next();
        assertThat(next()).isEqualTo(new Unmapped(start, start + PAGES * PAGE));
        assertThat(move.from()).isEqualTo(start);
        assertThat(moved.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(move.to());
        start = move.to();
        assertThat(give(5, 1)).isEqualTo(PAGE);
        assertThat(word(5)).isEqualTo(1005);
    }

    @Test
    void aPageThatWasSpoiledCanNotBeRead() {
        assertThat(pages.spoil(start + PAGE, PAGE)).isEqualTo(PAGE);
        NativeMemory pipe = NativeMemory.allocate(8);
        assertThat(Kernel.syscall(Syscall.PIPE2, pipe.address(), 0)).isZero();

        long written = Kernel.syscall(Syscall.WRITE, pipe.buffer().getInt(4), start + PAGE, 8);

        assertThat(written).isEqualTo(-Errno.EFAULT.value());
    }

    private long word(int page) {
        try {
            return own.word(start + page * PAGE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
