package io.godwit.linux.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs CAP_NET_ADMIN. */
class NetworkLockIT {
    private static final int POLLIN = 1;
    private static final int SOME_MILLIS = 300;
    private static final int PATIENCE_MILLIS = 10_000;

    private final NetworkLock lock =
            new NetworkLock((int) ProcessHandle.current().pid());
    private Fd client;
    private Fd server;

    enum Family {
        IPV4,
        IPV6,
        MAPPED;

        byte[] loopback() {
            byte[] address = new byte[this == IPV4 ? 16 : 28];
            address[0] = this == IPV4 ? (byte) Sockets.AF_INET : (byte) Sockets.AF_INET6;
            switch (this) {
                case IPV4 -> {
                    address[4] = 127;
                    address[7] = 1;
                }
                case IPV6 -> address[23] = 1;
                case MAPPED -> {
                    address[18] = (byte) 0xff;
                    address[19] = (byte) 0xff;
                    address[20] = 127;
                    address[23] = 1;
                }
            }
            return address;
        }
    }

    @BeforeEach
    @AfterEach
    void open() throws LinuxException {
        lock.open();
    }

    private void assertDropped() throws LinuxException {
        send();
        assertThat(Descriptors.poll(server, POLLIN, SOME_MILLIS)).isZero();
    }

    private void assertArrivesWhenOpen() throws LinuxException {
        lock.open();
        assertThat(Descriptors.poll(server, POLLIN, PATIENCE_MILLIS)).isEqualTo(POLLIN);
    }

    private void connect(Family family) throws LinuxException {
        try (Fd listening = Sockets.socket(family.loopback()[0], Sockets.SOCK_STREAM, 0)) {
            Sockets.bind(listening, family.loopback(), "a port of the loopback");
            Sockets.listen(listening, 1, "a port of the loopback");
            client = Sockets.socket(family.loopback()[0], Sockets.SOCK_STREAM, 0);
            Sockets.connect(client, Sockets.name(listening), "a port of the loopback");
            server = Sockets.accept(listening, "a port of the loopback");
        }
    }

    @ParameterizedTest
    @EnumSource
    void packetsOfJustTheConnectionAreDroppedUntilItIsOpened(Family family) throws LinuxException {
        connect(family);
        TcpConnection locked = TcpConnection.of(Sockets.name(server), Sockets.peer(server));
        lock.close(List.of(locked));

        assertDropped();
        assertAnotherTalks(family);

        assertArrivesWhenOpen();
    }

    @ParameterizedTest
    @EnumSource
    void packetsOfItsOwnAreDroppedTooWhereAsked(Family family) throws LinuxException {
        connect(family);
        TcpConnection locked = TcpConnection.of(Sockets.name(client), Sockets.peer(client));
        lock.closeBothWays(List.of(locked));

        assertDropped();

        assertArrivesWhenOpen();
    }

    @ParameterizedTest
    @EnumSource
    void aStaleLockOfOthersIsOneOfTheseToo(Family family) throws LinuxException {
        connect(family);
        TcpConnection locked = TcpConnection.of(Sockets.name(server), Sockets.peer(server));
        lock.close(List.of(locked.reversed()));

        assertThat(lock.closeIfOpen(List.of(locked))).isFalse();

        assertDropped();
        assertArrivesWhenOpen();
    }

    private void assertAnotherTalks(Family family) throws LinuxException {
        Fd lockedServer = server;
        connect(family);
        send();
        assertThat(Descriptors.poll(server, POLLIN, PATIENCE_MILLIS)).isEqualTo(POLLIN);
        server = lockedServer;
    }

    private void send() throws LinuxException {
        NativeMemory byteSent = NativeMemory.allocate(1);
        Descriptors.writeFully(client, byteSent.address(), 1);
        byteSent.during(0);
    }
}
