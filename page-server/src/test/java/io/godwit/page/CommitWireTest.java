package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.client.UndoneException;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.server.NotResumedException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a tree that was sent: what the source learns of it, and what the target does. */
@Timeout(30)
class CommitWireTest {
    @TempDir
    private Path directory;

    private RecordingTarget recording;

    @BeforeEach
    void start() throws IOException {
        recording = new RecordingTarget(directory);
    }

    @AfterEach
    void stop() {
        recording.close();
    }

    @Test
    void aTreeThatDoesNotRunAfterTheCommitIsGivenUpAndTheSourceIsTold() throws Exception {
        recording.failToResume(new NotResumedException("the address is taken", null));
        try (TargetConnection target = restored()) {
            assertThatThrownBy(target::commit)
                    .isInstanceOf(UndoneException.class)
                    .hasMessageContaining("the address is taken");
        }
        assertThat(recording.calls()).containsExactly("restore", "resume", "abort the address is taken");
    }

    @Test
    void aTreeThatMayRunAfterTheCommitIsLeftAloneAndTheSourceDoesNotKnow() throws Exception {
        recording.failToResume(new IOException("one of its threads is lost"));
        try (TargetConnection target = restored()) {
            assertThatThrownBy(target::commit)
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("one of its threads is lost");
        }
        assertThat(recording.calls()).containsExactly("restore", "resume");
    }

    @Test
    void aCommitThatWasNotSentIsUndone() throws Exception {
        try (TargetConnection target = restored()) {
            recording.close();
            assertThatThrownBy(() -> target.preflight(PreflightRequest.getDefaultInstance()))
                    .as("the end of the connection, once it has been seen")
                    .isInstanceOf(TargetException.class);

            assertThatThrownBy(target::commit)
                    .isInstanceOf(UndoneException.class)
                    .hasMessageContaining("the commit was not sent")
                    .hasMessageContaining("closed the connection");
        }
        assertThat(recording.calls()).doesNotContain("resume");
    }

    @Test
    void aFailedRestoreIsToldInTheTargetsWordsAndLeavesNothing() throws Exception {
        recording.failToRestore(new IOException("pid 42 is taken"));
        try (TargetConnection target = recording.connect()) {
            try (SnapshotSink round = target.round(0)) {
                round.finish();
            }
            assertThatThrownBy(target::restore)
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("pid 42 is taken")
                    .hasMessageContaining("127.0.0.1:" + recording.port());
        }
        assertThat(recording.nextCall()).isEqualTo("abort pid 42 is taken");
        recording.awaitEmpty();
    }

    private TargetConnection restored() throws IOException {
        TargetConnection target = recording.connect();
        try (SnapshotSink round = target.round(0)) {
            try (PageSink pages = round.pages(RecordingTarget.TASK)) {
                pages.zero(0, 1);
            }
            round.finish();
        }
        target.restore();
        return target;
    }
}
