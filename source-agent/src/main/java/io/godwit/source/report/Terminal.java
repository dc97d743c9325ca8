package io.godwit.source.report;

import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What standard output is. */
public final class Terminal {
    private static final String ENCODING = "sun.stdout.encoding";
    private static final int STDOUT = 1;
    private static final long TIOCGWINSZ = 0x5413;
    private static final int DEFAULT_COLUMNS = 80;

    private Terminal() {}

    /** The screen behind standard output; empty when that is a file or a pipe. */
    static Optional<LiveProgress.Screen> screen() {
        NativeMemory size = NativeMemory.allocate(8);
        if (Kernel.failed(Kernel.syscall(Syscall.IOCTL, STDOUT, TIOCGWINSZ, size.address()))) {
            return Optional.empty();
        }
        int columns = Short.toUnsignedInt(size.buffer().getShort(2));
        return Optional.of(new LiveProgress.Screen(columns == 0 ? DEFAULT_COLUMNS : columns, unicode()));
    }

    /** Whether the user's locale can show block characters. */
    static boolean unicode() {
        String name = encoding();
        return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.UTF_8);
    }

    /** The name of the charset that a terminal shows. */
    public static String encoding() {
        String name = System.getProperty(ENCODING, System.getProperty("native.encoding", ""));
        return name.isEmpty() ? "US-ASCII" : name;
    }

    /** The name of the charset in which Java writes to standard output; Godwit has it started with UTF-8 for what is no terminal. */
    public static String charset() {
        return System.getProperty(ENCODING, StandardCharsets.UTF_8.name());
    }

    /** Standard output is another one from now on, whose terminal shows this charset. */
    public static void encoding(String name) {
        System.setProperty(ENCODING, name);
    }
}
