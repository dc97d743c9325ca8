package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages that can not be read when a tree is filled with them, by several threads: the restore says so, and leaves nothing. */
class UnreadablePagesIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** In place of the C library's pread64: FILE can not be read from byte FROM on. RESULT is what each such call gives, which has errno EIO. */
    private static final String FAULT = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            ssize_t pread64(int fd, void *to, size_t bytes, off64_t at)
            {
                char link[32], path[4096] = "";

                snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
                if (at < atoll(getenv("FROM")) || readlink(link, path, sizeof(path) - 1) < 0 || strcmp(path, getenv("FILE")))
                    return syscall(SYS_pread64, fd, to, bytes, at);
                errno = EIO;
                return atoi(getenv("RESULT"));
            }
            """;

    @RegisterExtension
    private static final OneHost HOST = new OneHost(1000);

    @TempDir
    private static Path directory;

    @TempDir
    private Path images;

    @BeforeAll
    static void build() throws IOException {
        Path source = Files.writeString(directory.resolve("fault.c"), FAULT);
        Execution.of(LIMIT, List.of("gcc", "-shared", "-fPIC", "-Wall", "-o", fault(), source.toString()))
                .succeeded();
    }

    private static String fault() {
        return directory.resolve("fault.so").toString();
    }

    @ParameterizedTest
    @CsvSource({
        "memory, 0, ends at",
        "memory, -1, Input/output error",
        "sharing, 0, ends at",
        "sharing, -1, Input/output error",
    })
    void inTheMiddleOfALargeFile(String name, int result, String words) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = HOST.spawn(victim.directory(), victim.command());
            victim.awaitReady();
            HOST.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            Set<String> before = processes();
            Path file = largestPages();

            Execution run = HOST.exec(
                    "env",
                    "LD_PRELOAD=" + fault(),
                    "FILE=" + file,
                    "FROM=" + Files.size(file) / 2,
                    "RESULT=" + result,
                    GODWIT,
                    "restore",
                    "-d",
                    "-D",
                    images.toString());

            assertThat(run.code()).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains(file + ": ", words).doesNotContain("\tat ", "Exception");
            assertThat(processes()).isEqualTo(before);

            HOST.exec(GODWIT, "restore", "-d", "-D", images.toString()).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private Path largestPages() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pages-"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    /** The pids of all that live here. */
    private static Set<String> processes() throws IOException {
        try (Stream<Path> entries = Files.list(HOST.path("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("\\d+") && HOST.lives(Integer.parseInt(name)))
                    .collect(Collectors.toSet());
        }
    }
}
