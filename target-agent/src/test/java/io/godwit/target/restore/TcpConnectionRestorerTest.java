package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpConnectionRestorerTest {
    private static final int SO_LINGER = 13;
    private static final int TCP_NOTSENT_LOWAT = 25;
    private static final int POLLIN = 1;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] UNSENT = new byte[50_000];

    private Fd ours;
    private Fd theirs;
    private TcpConnectionRestorer connection;

    @BeforeEach
    void connect() throws LinuxException {
        byte[] loopback = new byte[16];
        loopback[0] = Sockets.AF_INET;
        loopback[4] = 127;
        loopback[7] = 1;
        try (Fd listening = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0)) {
            Sockets.bind(listening, loopback, "a port of the loopback");
            Sockets.listen(listening, 1, "a port of the loopback");
            ours = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
            Sockets.connect(ours, Sockets.name(listening), "a port of the loopback");
            theirs = Sockets.accept(listening, "a port of the loopback");
        }
        InetSkEntry entry = InetSkEntry.newBuilder()
                .setFamily(Sockets.AF_INET)
                .addSrcAddr(0)
                .addDstAddr(0)
                .buildPartial();
        TcpStreamEntry stream = TcpStreamEntry.newBuilder()
                .setInqLen(0)
                .setOutqLen(UNSENT.length)
                .setUnsqLen(UNSENT.length)
                .buildPartial();
        connection = new TcpConnectionRestorer(ours, entry, new TcpStream(TcpState.ESTABLISHED, stream, UNSENT));
    }

    @AfterEach
    void close() {
        ours.close();
        theirs.close();
    }

    @Test
    void aConnectionThatTheOtherSideResetIsLeftToTheProgram() throws LinuxException {
        NativeMemory atOnce = NativeMemory.allocate(8);
        atOnce.buffer().putInt(0, 1);
        Sockets.setOption(theirs, Sockets.SOL_SOCKET, SO_LINGER, atOnce);
        theirs.close();
        assertThat(Descriptors.poll(ours, POLLIN, PATIENCE_MILLIS)).isNotZero();

        connection.speak();
    }

    @Test
    void aMarkForWhatIsUnsentHoldsNothingBack() throws LinuxException {
        Sockets.setOption(ours, Sockets.IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1);

        connection.speak();

        NativeMemory buffer = NativeMemory.allocate(UNSENT.length);
        int read = 0;
        while (read < UNSENT.length && Descriptors.poll(theirs, POLLIN, PATIENCE_MILLIS) != 0) {
            read += Descriptors.read(theirs, buffer.address(), UNSENT.length);
        }
        assertThat(read).isEqualTo(UNSENT.length);
        assertThat(Sockets.option(ours, Sockets.IPPROTO_TCP, TCP_NOTSENT_LOWAT)).isOne();
    }
}
