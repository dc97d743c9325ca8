package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.FileOptions;
import io.godwit.source.options.FileOptions.Connections;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.Restorer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No connection is lost unless an option says that it may be; then both sides see that it has ended. */
class ConnectionsIT {
    @TempDir
    private Path images;

    private Victim server;
    private LocalVictim victim;

    @BeforeEach
    void makeVictim() throws IOException {
        server = Victim.of("server");
    }

    @AfterEach
    void stop() throws IOException {
        if (victim == null) {
            server.close();
        } else {
            victim.close();
        }
    }

    @Test
    void aTcpConnectionThatWaitsIsRefusedOrResetAsAsked() throws IOException {
        start();
        try (SocketChannel client = SocketChannel.open(tcp())) {
            assertThatThrownBy(() -> dump(Connections.KEPT))
                    .hasMessageContaining("a connection waits to be accepted")
                    .hasMessageContaining("--skip-in-flight");

            dump(new Connections(true, false));
            restore(false);

            assertThat(victim.verdict()).isEqualTo("pass");
            assertEnded(client);
        }
    }

    @Test
    void aUnixConnectionFromOutsideThatWaitsIsRefusedOrResetAsAsked() throws IOException {
        start();
        Path socket = victim.directory().resolve("socket");
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> dump(Connections.KEPT))
                    .hasMessageContaining("a connection waits to be accepted")
                    .hasMessageContaining("--skip-in-flight");

            dump(new Connections(true, false));
            restore(false);

            assertThat(victim.verdict()).isEqualTo("pass");
            assertEnded(client);
        }
    }

    @Test
    void anEstablishedTcpConnectionIsRefusedOrClosedAsAsked() throws IOException {
        Files.createFile(server.directory().resolve("connected"));
        start();
        assertThatThrownBy(() -> dump(Connections.KEPT))
                .hasMessageContaining("a TCP connection")
                .hasMessageContaining("--tcp-close");

        dump(new Connections(false, true));
        assertThatThrownBy(() -> restore(false)).hasMessageContaining("--tcp-close");
        restore(true);

        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aMigrationLetsGoOfConnectionsAsAsked() throws IOException {
        Files.createFile(server.directory().resolve("connected"));
        try (TwoHosts hosts = TwoHosts.start()) {
            int pid = hosts.source().spawn(server.directory(), server.command());
            server.awaitReady();
            Execution refused = hosts.migrate(pid);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.output()).contains("--tcp-close");

            hosts.migrate(pid, "--tcp-close", "--skip-in-flight").succeeded();

            assertThat(server.verdict()).isEqualTo("pass");
        }
    }

    private void start() throws IOException {
        victim = LocalVictim.start(server, server.program());
    }

    private InetSocketAddress tcp() throws IOException {
        int port = Integer.parseInt(Files.readString(victim.directory().resolve("port")));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void assertEnded(SocketChannel client) {
        try {
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private void dump(Connections connections) throws IOException {
        new Dumper()
                .run(DumpOptions.defaults(victim.pid(), images)
                        .withFiles(FileOptions.defaults().withConnections(connections)));
        assertThat(victim.ends()).isTrue();
    }

    private void restore(boolean closeTcp) throws IOException {
        RestoreOptions options = RestoreOptions.defaults()
                .withFiles(io.godwit.target.restore.FileOptions.defaults()
                        .withConnections(new io.godwit.target.restore.FileOptions.Connections(closeTcp, false, false)));
        Restorer.restore(images, options).resume();
    }
}
