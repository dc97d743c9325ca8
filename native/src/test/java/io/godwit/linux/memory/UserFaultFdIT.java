package io.godwit.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages are given to this process itself. */
class UserFaultFdIT {
    private static final int PAGE = 4096;
    private static final int PAGES = 8;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private final NativeMemory contents = NativeMemory.allocate(PAGES * PAGE);
    private final ProcessMemory own =
            new ProcessMemory((int) ProcessHandle.current().pid());
    private long start;
    private UserFaultFd uffd;

    @BeforeEach
    void map() throws IOException {
        start = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, PAGES * PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
                "mmap",
                "memory");
        long fd = Kernel.syscall(Syscall.USERFAULTFD, UserFaultFd.OPEN_FLAGS);
        uffd = UserFaultFd.of(Fd.of(Kernel.check(fd, "userfaultfd", "this process")));
        for (int i = 0; i < PAGES; i++) {
            contents.buffer().putLong(i * PAGE, 1000 + i);
        }
    }

    @AfterEach
    void unmap() throws IOException {
        uffd.close();
        Kernel.check(Kernel.syscall(Syscall.MUNMAP, start, PAGES * PAGE), "munmap", "memory");
    }

    private long give(int page, int pages) {
        return uffd.giver().give(start + page * PAGE, contents.address() + page * PAGE, (long) pages * PAGE);
    }

    @Test
    void pagesThatAreNotThereAreGivenUpToOneThatIs() throws IOException {
        assertThat(uffd.register(start, start + PAGES * PAGE)).isTrue();
        own.write(start + 5 * PAGE, new byte[] {7});

        assertThat(give(0, PAGES)).isEqualTo(5 * PAGE);
        assertThat(give(5, 1)).isZero();
        assertThat(give(6, 2)).isEqualTo(2 * PAGE);

        for (int i = 0; i < PAGES; i++) {
            assertThat(own.word(start + i * PAGE)).as("page %d", i).isEqualTo(i == 5 ? 7 : 1000 + i);
        }
    }

    @Test
    void nothingIsGivenWhereNothingIsRegistered() throws IOException {
        assertThat(give(0, PAGES)).isZero();
        assertThat(own.word(start)).isZero();
    }

    @Test
    void whatWasGivenStaysAndCanBeWrittenAfterTheClose() throws IOException {
        uffd.register(start, start + PAGES * PAGE);
        give(0, PAGES);
        uffd.close();

        own.write(start, new byte[] {1});

        assertThat(own.word(start + PAGE)).isEqualTo(1001);
    }
}
