package io.godwit.linux.terminal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits in a terminal can be looked at without a trace, and put into another. */
class PendingDataIT {
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int TCXONC = 0x540a;
    private static final int TCOOFF = 0;
    private static final int TCOON = 1;
    private static final int LIMIT_MILLIS = 10_000;
    private static final String CONTROL_S = "\u0013";
    private static final String CONTROL_Q = "\u0011";
    private static final String CONTROL_D = "\u0004";
    private static final String NOTHING = "(nothing)";

    private Fd master;
    private Fd slave;

    @BeforeEach
    void open() throws LinuxException {
        master = PseudoTerminal.create();
        PseudoTerminal.lock(master, false);
        slave = openSlave(master);
    }

    @AfterEach
    void close() {
        slave.close();
        master.close();
    }

    private static Fd openSlave(Fd master) throws LinuxException {
        return PseudoTerminal.openSlave(master, Descriptors.O_RDWR | Descriptors.O_NONBLOCK);
    }

    @Test
    void linesEndsAndAPartOfALineStayWhatTheyAre() throws LinuxException {
        write(master, "one\ntwo\n" + CONTROL_D + "three" + CONTROL_D + "fo");

        PendingData pending = peek();

        assertThat(pending.input())
                .isEqualTo(("one\ntwo\n" + CONTROL_D + "three" + CONTROL_D + "fo").getBytes(ISO_8859_1));
        assertReads(slave, "one\n", "two\n", "", "three", NOTHING);
        write(master, "ur\n");
        assertReads(slave, "four\n", NOTHING);
    }

    @Test
    void anotherTerminalGivesTheSame() throws LinuxException {
        TerminalSettings quiet = TerminalSettings.read(slave);
        write(master, "one\nx" + CONTROL_D + "tw");
        settle();
        write(slave, "output\n");
        PendingData pending = peek();
        try (Fd otherMaster = PseudoTerminal.create()) {
            PseudoTerminal.lock(otherMaster, false);
            try (Fd otherSlave = openSlave(otherMaster)) {
                pending.put(otherMaster, otherSlave, quiet);

                assertReads(otherSlave, "one\n", "x", NOTHING);
                assertThat(TerminalSettings.read(otherSlave)).isEqualTo(quiet);
                write(otherMaster, "o\n");
                assertReads(otherSlave, "two\n", NOTHING);
                assertThat(everything(otherMaster)).isEqualTo("one\r\nxtwoutput\r\no\r\n");
            }
        }
    }

    /** The echo of what was typed and the output are each there once, also after many looks. */
    @Test
    void theOutputIsNotProcessedAgain() throws LinuxException {
        write(slave, "a line\n");
        settle();
        write(master, "typed\n");
        for (int i = 0; i < 10; i++) {
            peek();
        }

        assertThat(everything(master)).isEqualTo("a line\r\ntyped\r\n");
        assertReads(slave, "typed\n", NOTHING);
    }

    @Test
    void rawInputIsReadAtOnce() throws LinuxException {
        TerminalSettings settings = TerminalSettings.read(slave);
        settings.withInput(0).withLocal(0).apply(slave);
        write(master, "\u0003raw\r" + CONTROL_D);

        PendingData pending = peek();

        assertThat(pending.input()).isEqualTo(("\u0003raw\r" + CONTROL_D).getBytes(ISO_8859_1));
        assertReads(slave, "\u0003raw\r" + CONTROL_D, NOTHING);
    }

    @Test
    void muchOutputStaysWhole() throws LinuxException {
        String all = fill();

        PendingData pending = peek();

        assertThat(new String(pending.output(), ISO_8859_1)).isEqualTo(all);
        assertThat(everything(master)).isEqualTo(all);
    }

    /** As by ^S: the terminal takes nothing, so that what is more than its reader's buffer could not be put back. */
    @Test
    void muchOutputOfATerminalThatIsStoppedByAKeyStaysWholeAndStopped() throws LinuxException {
        String all = fill();
        write(master, "typed\n" + CONTROL_S);
        awaitStopped();

        PendingData pending = peek();

        assertThat(new String(pending.output(), ISO_8859_1)).isEqualTo(all + "typed\r\n");
        assertThat(everything(master)).isEqualTo(all + "typed\r\n");
        assertThat(writable()).isFalse();
        write(master, CONTROL_Q);
        assertThat(Descriptors.poll(slave, POLLOUT, LIMIT_MILLIS)).isNotZero();
        assertReads(slave, "typed\n", NOTHING);
    }

    @Test
    void aTerminalThatIsStoppedByACallStaysSo() throws LinuxException {
        String all = fill();
        Descriptors.ioctl(slave, TCXONC, TCOOFF, "output");

        peek();

        assertThat(writable()).isFalse();
        assertThat(everything(master)).isEqualTo(all);
        assertThat(writable()).isFalse();
        Descriptors.ioctl(slave, TCXONC, TCOON, "output");
        assertThat(writable()).isTrue();
    }

    private String fill() throws LinuxException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            write(slave, "line " + i + "\n");
            all.append("line ").append(i).append("\r\n");
        }
        return all.toString();
    }

    private boolean writable() throws LinuxException {
        return (Descriptors.poll(slave, POLLOUT, 0) & POLLOUT) != 0;
    }

    private void awaitStopped() throws LinuxException {
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (writable()) {
            assertThat(System.nanoTime()).as("the output is stopped").isLessThan(deadline);
        }
    }

    @Test
    void packetModeIsKept() throws LinuxException {
        PseudoTerminal.packets(master, true);
        write(slave, "data");

        PendingData pending = peek();

        assertThat(pending.output()).isEqualTo("data".getBytes(ISO_8859_1));
        assertThat(PseudoTerminal.packets(master)).isTrue();
        assertThat(everything(master)).isEqualTo("\0data");
    }

    /** By a description of its own, as the collector does. */
    private PendingData peek() throws LinuxException {
        settle();
        try (Fd own = openSlave(master)) {
            return PendingData.peek(master, own);
        }
    }

    /** Lets the kernel bring what was written to the other end: poll(2) waits for that. */
    private void settle() throws LinuxException {
        Descriptors.poll(slave, POLLIN, 0);
        Descriptors.poll(master, POLLIN, 0);
    }

    private void assertReads(Fd end, String... wanted) throws LinuxException {
        settle();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            Descriptors.poll(end, POLLIN, 0);
            read.add(read(end));
        }
        assertThat(read).containsExactly(wanted);
    }

    private static String read(Fd end) throws LinuxException {
        NativeMemory buffer = NativeMemory.allocate(1 << 16);
        try {
            int count = Descriptors.read(end, buffer.address(), buffer.size());
            return new String(buffer.bytes(0, count), ISO_8859_1);
        } catch (LinuxException e) {
            assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
            return NOTHING;
        }
    }

    private static String everything(Fd end) throws LinuxException {
        StringBuilder all = new StringBuilder();
        while ((Descriptors.poll(end, POLLIN, 0) & POLLIN) != 0) {
            all.append(read(end));
        }
        return all.toString();
    }

    private static void write(Fd end, String text) throws LinuxException {
        NativeMemory bytes = NativeMemory.of(text.getBytes(ISO_8859_1));
        Descriptors.writeFully(end, bytes.address(), text.length());
        Reference.reachabilityFence(bytes);
    }
}
