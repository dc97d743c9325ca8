package io.godwit.source.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.net.SeqPacketListener;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.source.journal.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both sides, in one process. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyAgentTest {
    private static final List<String> WORDS = List.of("4711", "--to", "host-b", "");
    private static final List<String> REQUEST = List.of("UTF-8", "UTF-8", "4711");
    private static final int CODE = 42;
    private static final int ENDED_PID = Integer.MAX_VALUE;

    @TempDir
    private Path directory;

    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch abandoned = new CountDownLatch(1);
    private final CompletableFuture<IOException> failure = new CompletableFuture<>();
    private final List<String> said = new ArrayList<>();

    private Path socket() {
        return directory.resolve("made/agent.sock");
    }

    private void start(StandbyAgent.Job job) throws Exception {
        start(new StandbyAgent(socket(), job, abandoned::countDown));
    }

    private void start(StandbyAgent agent) throws InterruptedException {
        Thread thread = new Thread(() -> {
            try {
                agent.serve(ready::countDown);
                failure.complete(null);
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        ready.await();
    }

    private OptionalInt ask() throws IOException {
        return new AgentClient(new JournalDirectory(directory))
                .migrate(ENDED_PID, Optional.of(socket()), WORDS, said::add);
    }

    @Test
    void doesWhatItIsAskedFor() throws Exception {
        CompletableFuture<List<String>> asked = new CompletableFuture<>();
        start(request -> {
            asked.complete(request.words());
            assertThat(Descriptors.status(request.out()).inode())
                    .isEqualTo(Descriptors.status("/proc/self/fd/1").inode());
            assertThat(Descriptors.status(request.err()).inode())
                    .isEqualTo(Descriptors.status("/proc/self/fd/2").inode());
            assertThat(socket()).doesNotExist();
            return CODE;
        });
        assertThat(Files.getPosixFilePermissions(socket())).hasSize(2);

        assertThat(ask()).hasValue(CODE);

        assertThat(asked.join()).isEqualTo(WORDS);
        assertThat(failure.join()).isNull();
        assertThat(said).isEmpty();
        assertThat(abandoned.getCount()).isEqualTo(1);
    }

    @Test
    void whoLooksAndLeavesIsForgotten() throws Exception {
        start(request -> CODE);

        SeqPacketSocket.connect(socket().toString()).close();

        assertThat(ask()).hasValue(CODE);
    }

    /** As one that was ended in between. */
    @Test
    void whoSaysWhatItWantsAndLeavesIsForgotten() throws Exception {
        start(request -> CODE);
        for (int heard = 0; heard < 3; heard++) {
            try (Channel channel = new Channel(SeqPacketSocket.connect(socket().toString()))) {
                if (heard > 0) {
                    channel.receive();
                }
                channel.send(REQUEST);
                if (heard > 1) {
                    assertThat(channel.receive().orElseThrow()).first().isEqualTo(Channel.READY);
                }
            }
        }

        assertThat(ask()).hasValue(CODE);
    }

    @Test
    void isNotAskedAnyMoreWhenItRetires() throws Exception {
        StandbyAgent agent = new StandbyAgent(socket(), request -> CODE, abandoned::countDown);
        start(agent);
        agent.retire();

        assertThat(ask()).isEmpty();

        assertThat(said).singleElement().asString().contains("does not answer; going on without it");
    }

    @Test
    void oneThatTakesNobodyIsBusy() throws Exception {
        Files.createDirectories(socket().getParent());
        SeqPacketListener listener = SeqPacketListener.at(socket(), 0);
        for (int i = 0; i < 3; i++) {
            assertThat(ask()).isEmpty();
        }
        assertThat(said).hasSize(3).allMatch(line -> line.contains("is busy; going on without it"));
        assertThatThrownBy(() -> AgentSocket.listen(socket())).hasMessageContaining("another process waits at");
        listener.close();
    }

    @Test
    void noticesThatWhoHasAskedIsGone() throws Exception {
        start(request -> {
            try {
                abandoned.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return CODE;
        });

        try (Channel channel = new Channel(SeqPacketSocket.connect(socket().toString()))) {
            channel.receive();
            channel.send(REQUEST);
            assertThat(channel.receive().orElseThrow()).first().isEqualTo(Channel.READY);
            channel.send(Channel.GO);
        }

        abandoned.await();
    }

    @Test
    void anAgentThatEndsLeavesTheOutcomeOpen() throws Exception {
        start(request -> {
            throw new IOException("as if it had been killed");
        });

        assertThatThrownBy(this::ask)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContainingAll("before it could tell the outcome", "godwit recover");

        assertThat(failure.join()).hasMessageContaining("killed");
    }

    @Test
    void aTreeThatIsStillHereRunsOnHereWhenItsAgentIsLost() throws Exception {
        int here = (int) ProcessHandle.current().pid();

        assertThat(new LostAgent(new JournalDirectory(directory), here, "812").failure())
                .isNotInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("process " + here + " runs on here");
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        start(request -> CODE);
        for (List<String> wrong : List.of(List.of("UTF-8"), List.of("no charset", "UTF-8", "4711"))) {
            try (Channel channel = new Channel(SeqPacketSocket.connect(socket().toString()))) {
                channel.receive();
                channel.send(wrong);
                assertThat(channel.receive().orElseThrow()).first().isEqualTo(Channel.REFUSED);
            }
        }
        try (SeqPacketSocket raw = SeqPacketSocket.connect(socket().toString())) {
            raw.send(new byte[] {1, 2, 3});
        }

        assertThat(ask()).hasValue(CODE);
    }

    @Test
    void oneThatIsAnotherIsNotAsked() throws Exception {
        SeqPacketListener listener = pretend(new AgentIdentity(Map.of("build", "another")));
        assertThat(ask()).isEmpty();
        listener.close();
        assertThat(said)
                .singleElement()
                .asString()
                .contains("was started with another ", "build", "going on without it");
    }

    @Test
    void oneThatRefusesIsGoneOnWithout() throws Exception {
        SeqPacketListener listener = pretend(AgentIdentity.ofThisProcess());
        assertThat(ask()).isEmpty();
        listener.close();
        assertThat(said).singleElement().asString().contains("has refused: not today", "going on without it");
    }

    /** Says who it is, and refuses. */
    private SeqPacketListener pretend(AgentIdentity identity) throws IOException {
        Files.createDirectories(socket().getParent());
        SeqPacketListener listener = SeqPacketListener.at(socket(), 1);
        Thread thread = new Thread(() -> {
            try (Channel channel = new Channel(listener.accept())) {
                channel.send(identity.words());
                if (channel.receive().isPresent()) {
                    channel.send(Channel.REFUSED, "not today");
                }
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener;
    }

    @Test
    void oneThatHasNoSocketIsOnlyMissedByName() throws IOException {
        assertThat(ask()).isEmpty();
        assertThat(said).singleElement().asString().contains("is not there; going on without it");
        said.clear();

        assertThat(new AgentClient(new JournalDirectory(directory))
                        .migrate(ENDED_PID, Optional.empty(), WORDS, said::add))
                .isEmpty();
        assertThat(said).isEmpty();
    }

    @Test
    void oneThatWasKilledHasItsSocketReplaced() throws Exception {
        Files.createDirectories(socket().getParent());
        SeqPacketListener.at(socket(), 1).close();
        assertThat(ask()).isEmpty();
        assertThat(said).singleElement().asString().contains("can not be asked", "going on without it");

        start(request -> CODE);

        assertThat(ask()).hasValue(CODE);
    }

    @Test
    void thereIsOneInAPlace() throws Exception {
        start(request -> CODE);

        assertThatThrownBy(() -> new StandbyAgent(socket(), request -> CODE, () -> {}).serve(() -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another process waits at " + socket());
        assertThat(ask()).hasValue(CODE);

        Files.writeString(socket(), "a file");
        assertThatThrownBy(() -> new StandbyAgent(socket(), request -> CODE, () -> {}).serve(() -> {}))
                .hasMessageContaining("is no socket");
    }
}
