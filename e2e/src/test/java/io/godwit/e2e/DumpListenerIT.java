package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.dump.DumpListener;
import io.godwit.source.dump.Dumper;
import io.godwit.source.options.DumpOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who listens to a dump is told while the tree stands, and may refuse; then nothing has happened. */
class DumpListenerIT {
    private final List<String> seen = new ArrayList<>();

    @TempDir
    private Path images;

    private LocalVictim victim;

    @BeforeEach
    void start() throws IOException {
        victim = LocalVictim.start("threads");
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
    }

    @Test
    void theTreeStandsStillAtBothStages() throws IOException {
        dump("none");

        assertThat(seen).containsExactly("frozen t", "complete t");
        assertThat(victim.ends()).isTrue();
    }

    @Test
    void aTreeRunsOnIfItIsRefusedOnceItStands() {
        assertThatThrownBy(() -> dump("frozen")).hasMessage("frozen is refused");

        assertThat(images).isEmptyDirectory();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void aTreeRunsOnIfItsImagesAreRefused() {
        assertThatThrownBy(() -> dump("complete")).hasMessage("complete is refused");

        assertThat(images).isEmptyDirectory();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private void dump(String refused) throws IOException {
        new Dumper(new DumpListener() {
                    @Override
                    public void frozen(List<Integer> pids) throws IOException {
                        see("frozen", refused);
                    }

                    @Override
                    public void imagesComplete() throws IOException {
                        see("complete", refused);
                    }
                })
                .run(DumpOptions.defaults(victim.pid(), images));
    }

    private void see(String stage, String refused) throws IOException {
        seen.add(stage + " " + victim.state());
        if (stage.equals(refused)) {
            throw new IOException(stage + " is refused");
        }
    }
}
