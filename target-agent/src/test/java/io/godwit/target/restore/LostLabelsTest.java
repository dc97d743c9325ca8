package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CredsEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LostLabelsTest {
    private static final int PID = 4711;

    private static List<String> lost(String label) throws IOException {
        CredsEntry creds = CredsEntry.newBuilder().setLsmProfile(label).buildPartial();
        CoreEntry core = CoreEntry.newBuilder()
                .setTc(TaskCoreEntry.newBuilder().setComm("app").buildPartial())
                .setThreadCore(ThreadCoreEntry.newBuilder().setCreds(creds).buildPartial())
                .buildPartial();
        TaskSnapshot task = new TaskSnapshot(
                PstreeEntry.newBuilder().setPid(PID).buildPartial(),
                Map.of(PID, core),
                MmEntry.getDefaultInstance(),
                FsEntry.getDefaultInstance(),
                List.of());
        return LostLabels.of(new Snapshot(
                Images.in(Path.of("images")),
                List.of(task),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of()));
    }

    /** As CRIU writes them into its images, and as this process would be if it had one. */
    @ParameterizedTest
    @ValueSource(strings = {"", "unconfined", "unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023"})
    void aLabelThatConfinesNothingIsNotLost(String label) throws IOException {
        assertThat(lost(label)).isEmpty();
    }

    @Test
    void aLabelThatNobodyGivesAgainIsLost() throws IOException {
        assertThat(lost("no-such-profile")).singleElement().asString().contains("label 'no-such-profile'");
    }
}
