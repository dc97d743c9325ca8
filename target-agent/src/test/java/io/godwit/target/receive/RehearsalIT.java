package io.godwit.target.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalIT {
    @TempDir
    Path directory;

    @Test
    void whereAPidIsTakenMeanwhileItIsTriedWithOthers() throws IOException {
        int taken = (int) ProcessHandle.current().pid();
        List<Integer> limits = new ArrayList<>();

        Rehearsal.run(directory, limit -> {
            limits.add(limit);
            return limits.size() == 1 ? taken : Rehearsal.freePid(limit == taken ? limits.get(0) : limit);
        });

        assertThat(limits).hasSizeGreaterThan(2).element(1).isEqualTo(taken);
    }
}
