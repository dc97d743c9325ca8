package io.godwit.target.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the kernel gives out memory in huge pages. */
final class TransparentHugePages {
    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private TransparentHugePages() {}

    /** Also to programs that have not asked for them. */
    static boolean always() {
        try {
            return Files.readString(SETTING).contains("[always]");
        } catch (IOException e) {
            return false;
        }
    }
}
