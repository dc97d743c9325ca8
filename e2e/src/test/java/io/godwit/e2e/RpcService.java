package io.godwit.e2e;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/** {@code godwit service -d} on a host, in a directory that everybody may search. */
final class RpcService implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_LIMIT = 1 << 20;

    private final Host host;
    private final Path directory;

    private RpcService(Host host, Path directory) {
        this.host = host;
        this.directory = directory;
    }

    static RpcService start(Host host) throws IOException {
        Path directory = Files.createTempDirectory("godwit-service-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        RpcService service = new RpcService(host, directory);
        String godwit = Checkout.file("deploy/godwit").toString();
        host.exec(
                        godwit,
                        "service",
                        "-d",
                        "-W",
                        directory.toString(),
                        "--address",
                        "socket",
                        "--pidfile",
                        "pid",
                        "-o",
                        "log")
                .succeeded();
        return service;
    }

    Path socket() {
        return directory.resolve("socket");
    }

    /** Sends a packet from outside of the host, and gives the answer; nothing if the connection was closed. */
    Optional<byte[]> send(byte[] packet) throws IOException {
        try (Connection connection = connect()) {
            connection.socket().send(packet);
            return connection.socket().receive(ANSWER_LIMIT);
        }
    }

    /** Connects from outside of the host. */
    Connection connect() throws IOException {
        return new Connection(SeqPacketSocket.connect(socket().toString()));
    }

    /** A client without libcriu. */
    record Connection(SeqPacketSocket socket) implements AutoCloseable {
        CriuResp ask(CriuReq.Builder request) throws IOException {
            socket.send(request.build().toByteArray());
            return CriuResp.parseFrom(socket.receive(ANSWER_LIMIT)
                    .orElseThrow(() -> new IOException("the worker closed the connection")));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private int pid() throws IOException {
        return Integer.parseInt(Files.readString(directory.resolve("pid")));
    }

    @Override
    public void close() throws IOException {
        int pid = pid();
        host.exec("kill", "" + pid).succeeded();
        if (!Eventually.holds(LIMIT, () -> !host.runs(pid))) {
            throw new AssertionError("the service did not end within " + LIMIT);
        }
        Victim.deleteTree(directory);
    }
}
