package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel gives huge pages to while a test runs, and what became of those of the victim {@code hugepages}. */
final class HugePages implements AutoCloseable {
    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private final String before;

    private HugePages(String before) {
        this.before = before;
    }

    /**
     * Changes the setting of this machine until it is closed.
     *
     * @param setting {@code always} or {@code madvise}
     */
    static HugePages given(String setting) throws IOException {
        assumeThat(Files.isWritable(SETTING)).as("writable: %s", SETTING).isTrue();
        String all = Files.readString(SETTING);
        HugePages pages = new HugePages(all.substring(all.indexOf('[') + 1, all.indexOf(']')));
        Files.writeString(SETTING, setting);
        return pages;
    }

    /** Asserts that memory which was in huge pages is so again, and that nothing else has become larger. */
    static void assertKept(Path directory) throws IOException {
        for (String line : Files.readAllLines(directory.resolve("huge"))) {
            String[] words = line.split(" ");
            long before = Long.parseLong(words[1]);
            long after = Long.parseLong(words[2]);
            if (words[0].equals("few")) {
                assertThat(after)
                        .as("kB where few pages were, %s kB", before)
                        .isPositive()
                        .isLessThan(2 * before);
            } else {
                assertThat(after)
                        .as("kB in huge pages of the memory \"%s\", which were %s", words[0], before)
                        .isGreaterThanOrEqualTo(before / 2);
            }
        }
    }

    /** Whether the kernel had given any to a kind of memory. */
    static boolean had(Path directory, String memory) throws IOException {
        return Files.readAllLines(directory.resolve("huge")).stream()
                .map(line -> line.split(" "))
                .anyMatch(words -> words[0].equals(memory) && !words[1].equals("0"));
    }

    @Override
    public void close() throws IOException {
        Files.writeString(SETTING, before);
    }
}
