package io.godwit.target.lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read once is not read again as long as it is there. */
class ReadPagesTest {
    private static final int PAGE = 4096;
    private static final int PID = 4711;
    /** No pages are contiguous across this address. */
    private static final long BREAK = 0x20000;

    private final List<String> reads = new ArrayList<>();
    private boolean broken;

    private final ReadPages pages = new ReadPages(new PageSource() {
        @Override
        public void read(int pid, long vaddr, ByteBuffer into) throws IOException {
            reads.add(pid + " 0x" + Long.toHexString(vaddr));
            long limit = vaddr < BREAK ? BREAK - vaddr : Long.MAX_VALUE;
            for (int at = 0; at < limit && into.hasRemaining(); at += PAGE) {
                into.order(ByteOrder.LITTLE_ENDIAN).putLong(into.position(), pid + vaddr + at);
                into.position(into.position() + PAGE);
            }
            if (broken) {
                throw new IOException("broken");
            }
        }

        @Override
        public void finish(Optional<Page> left) {}

        @Override
        public void close() {}
    });

    /** Asks for pages, and checks what is in the first; returns how many there are. */
    private long read(int pid, long vaddr, int limit) throws IOException {
        ReadPages.Contents contents = pages.of(pid, vaddr, (long) limit * PAGE);
        assertThat(MemoryIO.getInstance().getLong(contents.address())).isEqualTo(pid + vaddr);
        return contents.bytes() / PAGE;
    }

    @Test
    void pagesThatCouldNotBeGivenAreNotReadAgain() throws IOException {
        assertThat(read(PID, 0x10000, 8)).isEqualTo(8);
        assertThat(read(PID, 0x10000, 8)).isEqualTo(8);
        assertThat(read(PID, 0x13000, 1)).isEqualTo(1);
        assertThat(read(PID, 0x13000, 8)).as("as many as are there").isEqualTo(5);

        assertThat(reads).containsExactly("4711 0x10000");
    }

    @Test
    void otherPagesAreRead() throws IOException {
        read(PID, 0x10000, 8);
        read(PID, 0x18000, 1);
        read(PID, 0x10000, 1);
        read(PID + 1, 0x10000, 1);

        assertThat(reads).containsExactly("4711 0x10000", "4711 0x18000", "4711 0x10000", "4712 0x10000");
    }

    @Test
    void asManyAreThereAsTheSourceGave() throws IOException {
        assertThat(read(PID, 0x1e000, 8)).isEqualTo(2);
        read(PID, BREAK, 1);

        assertThat(reads).containsExactly("4711 0x1e000", "4711 0x20000");
    }

    @Test
    void whatWasReadInPartIsNotTakenForWhole() throws IOException {
        read(PID, 0x10000, 8);
        broken = true;
        assertThatThrownBy(() -> read(PID, 0x30000, 8)).hasMessage("broken");
        broken = false;

        read(PID, 0x10000, 8);

        assertThat(reads).hasSize(3);
    }
}
