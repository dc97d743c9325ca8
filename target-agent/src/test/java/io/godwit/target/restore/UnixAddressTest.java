package io.godwit.target.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixAddressTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int BACKLOG = 1;

    @TempDir
    private Path directory;

    /** The kernel lets one more wait than it was told. */
    @Test
    @SuppressWarnings("try") // the connections are only held
    void aProgramThatAcceptsNothingIsNotWaitedFor() throws IOException {
        Path path = directory.resolve("socket");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, BACKLOG);
            try (SocketChannel first = SocketChannel.open(address);
                    SocketChannel second = SocketChannel.open(address)) {
                boolean answers =
                        assertTimeoutPreemptively(LIMIT, () -> new UnixAddress(bytes(path.toString())).answers());

                assertThat(answers).isTrue();
            }
        }
    }

    @Test
    void nobodyAnswersWhereNobodyListens() throws IOException {
        assertThat(new UnixAddress(bytes(directory.resolve("none").toString())).answers())
                .isFalse();
        assertThat(new UnixAddress(bytes(
                                "\0godwit-nobody-" + ProcessHandle.current().pid()))
                        .answers())
                .isFalse();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(UTF_8);
    }
}
