package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.TimedStep;
import io.godwit.page.protocol.HostCost;
import io.godwit.page.server.PageServer;
import io.godwit.target.restore.RestoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a source sees it: a made-up process is sent to it, and lives or is gone. */
@Timeout(60)
class TargetAgentIT {
    private static final int SIGKILL = 9;

    @TempDir
    Path directory;

    private static final HostCost COST =
            HostCost.ofOne(Duration.ofMillis(7), Duration.ofMillis(1), Duration.ofNanos(300_001));

    private final int pid = FarPids.next();

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private PageServer server;

    @BeforeEach
    void start() throws IOException {
        server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(directory, false, HolePuncher.NONE),
                id -> new RestoreSession(RestoreOptions.defaults(), () -> Optional.of(COST)),
                log::add);
    }

    @AfterEach
    void stop() {
        server.close();
        Kernel.syscall(Syscall.KILL, pid, SIGKILL);
        Kernel.syscall(Syscall.KILL, pid + 2, SIGKILL);
    }

    @Test
    void thePreflightTellsWhatARestoreTakes() throws IOException {
        try (TargetConnection target = connect()) {
            assertThat(HostCost.of(target.preflight(PreflightRequest.getDefaultInstance())
                            .getCost()))
                    .isEqualTo(COST);
        }
    }

    @Test
    void aTreeThatWasSentStandsStillUntilTheCommitAndRunsAfterIt() throws IOException {
        try (TargetConnection target = connect()) {
            send(target);
            RestoreReply restored = target.restore();
            assertThat(restored.getStepsList()).extracting(TimedStep::getName).contains("map and fill memory");
            assertThat(ProcDirectory.process(pid).stat().state()).isEqualTo('t');

            assertThat(target.commit().getStepsList())
                    .extracting(TimedStep::getName)
                    .containsExactly("resume");
        }
        assertThat(ProcDirectory.process(pid).status().tracer()).isZero();
        assertThat(ProcDirectory.process(pid).stat().state()).isIn('R', 'S');
        assertThat(ProcDirectory.process(pid).threads()).containsExactly(pid, pid + 1);
    }

    @Test
    void anAbortAfterTheRestoreLeavesNothing() throws IOException {
        try (TargetConnection target = connect()) {
            send(target);
            target.restore();
            target.abort("the operator changed his mind");
            awaitNothingStored();
        }
        assertThat(lives()).isFalse();
        assertThat(log.poll()).contains("from");
        assertThat(log.poll()).contains("given up: the operator changed his mind");
    }

    @Test
    void aConnectionThatDropsBeforeTheCommitLeavesNothing() throws IOException {
        try (TargetConnection target = connect()) {
            send(target);
            target.restore();
        }
        awaitNothingStored();
        assertThat(lives()).isFalse();
    }

    @Test
    void aPidThatIsTakenFailsTheRestoreInTheTargetsWords() throws IOException {
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.round(0)) {
                new RehearsalImages((int) ProcessHandle.current().pid()).write(round);
            }
            assertThatThrownBy(target::restore)
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining(" on this host has it; end that process");
        }
    }

    @Test
    void thePreflightTellsWhatThisKernelCanDo() throws IOException {
        try (TargetConnection target = connect()) {
            PreflightReply reply =
                    target.preflight(PreflightRequest.newBuilder().addPids(pid).build());

            assertThat(reply.getFindingsList()).isEmpty();
            assertThat(reply.getFeaturesList()).anySatisfy(feature -> {
                assertThat(feature.getName()).isEqualTo("clone3 set_tid");
                assertThat(feature.getAvailable()).isTrue();
            });
        }
    }

    private TargetConnection connect() throws IOException {
        return NettyTargetConnection.connect("127.0.0.1", server.address().getPort(), "m" + pid, false);
    }

    private void send(TargetConnection target) throws IOException {
        try (SnapshotSink round = target.round(0)) {
            new RehearsalImages(pid).write(round);
        }
    }

    private boolean lives() throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        return process.exists() && !process.stat().zombie();
    }

    /** The last thing that a migration does; the test's time limit ends the wait if it does not. */
    private void awaitNothingStored() throws IOException {
        while (stored() != 0) {
            Thread.onSpinWait();
        }
    }

    private long stored() throws IOException {
        try (var left = Files.list(directory)) {
            return left.count();
        }
    }
}
