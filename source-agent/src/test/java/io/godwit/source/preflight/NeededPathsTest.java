package io.godwit.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcMaps;
import io.godwit.linux.proc.Vma;
import io.godwit.source.preflight.NeededPath.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeededPathsTest {
    @TempDir
    Path directory;

    private final NeededPaths paths = new NeededPaths();
    private Process victim;
    private int pid;

    @BeforeEach
    void aProcessWithAFileOpen() throws IOException {
        victim = new ProcessBuilder("cat")
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        pid = (int) victim.pid();
    }

    @AfterEach
    void endIt() {
        victim.destroyForcibly();
    }

    @Test
    void findsWhatARunningProcessNeeds() throws IOException {
        String exe = ProcDirectory.process(pid).link("exe");
        paths.add(pid, ProcDirectory.process(pid).maps());
        assertThat(paths.roles())
                .containsEntry(exe, Role.EXECUTABLE)
                .containsEntry(directory.toString(), Role.CURRENT_DIRECTORY)
                .containsEntry("/", Role.ROOT)
                .containsEntry(directory.resolve("log").toString(), Role.OPEN_FILE);
        assertThat(paths.roles().keySet()).noneMatch(path -> path.contains("pipe:") || path.startsWith("["));
    }

    @Test
    void onlyWhatMustBeEqualIsRead() throws IOException {
        paths.add(pid, ProcDirectory.process(pid).maps());
        List<Finding> findings = new ArrayList<>();
        assertThat(paths.look(findings)).isNotEmpty().allSatisfy(path -> {
            boolean read =
                    path.facts().buildId().isPresent() || path.facts().crc32c().isPresent();
            assertThat(read).as(path.toString()).isEqualTo(path.role().mustBeEqual());
        });
        assertThat(findings).isEmpty();
    }

    @Test
    void aFileInTwoRolesKeepsTheMoreDemanding() throws IOException {
        paths.add(
                pid,
                List.of(
                        mapping("r--p", "/usr/lib/libx.so"),
                        mapping("r-xp", "/usr/lib/libx.so"),
                        mapping("rw-p", "/usr/lib/libx.so"),
                        mapping("rw-s", "/var/db"),
                        mapping("r--p", "/usr/lib/locale-archive")));
        assertThat(paths.roles())
                .containsEntry("/usr/lib/libx.so", Role.LIBRARY)
                .containsEntry("/var/db", Role.MAPPED_SHARED)
                .containsEntry("/usr/lib/locale-archive", Role.MAPPED);
    }

    @Test
    void deletedFilesAreLeftOut() throws IOException {
        paths.add(pid, List.of(mapping("r-xp", "/tmp/gone.so (deleted)"), mapping("rw-s", "/memfd:x (deleted)")));
        Files.delete(directory.resolve("log"));
        NeededPaths later = new NeededPaths();
        later.add(pid, List.of());
        assertThat(paths.roles().keySet()).noneMatch(path -> path.contains("gone") || path.contains("memfd"));
        assertThat(later.roles().keySet()).noneMatch(path -> path.contains("log"));
    }

    @Test
    void aPathThatIsNotThereIsAFinding() throws IOException {
        paths.add(pid, List.of(mapping("r-xp", "/nowhere/libx.so")));
        List<Finding> findings = new ArrayList<>();
        paths.look(findings);
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.isError()).isTrue();
            assertThat(finding.subject()).isEqualTo("/nowhere/libx.so");
        });
    }

    private static Vma mapping(String permissions, String name) {
        String line = "7f0000000000-7f0000001000 " + permissions + " 00000000 08:01 42 " + name;
        return ProcMaps.parse(List.of(line)).get(0);
    }
}
