package io.godwit.criu.run;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Closes what this process was started with. */
public final class InheritedDescriptors {
    /** Descriptors that are Java's own; without them no class can be loaded any more. */
    private static final Pattern OF_JAVA = Pattern.compile(".*(\\.jar|/lib/modules|\\.jsa)");

    private InheritedDescriptors() {}

    /**
     * Closes these.
     *
     * @throws OptionException if one is not open
     */
    public static void close(List<Integer> numbers) {
        for (int number : numbers) {
            if (OF_JAVA.matcher(target(number)).matches() || Kernel.failed(Kernel.syscall(Syscall.CLOSE, number))) {
                throw notOpen(number);
            }
        }
    }

    private static String target(int number) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(number)))
                    .toString();
        } catch (IOException e) {
            throw notOpen(number);
        }
    }

    private static OptionException notOpen(int number) {
        return new OptionException("--close: descriptor " + number + " is not open");
    }
}
