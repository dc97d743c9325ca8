package io.godwit.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The session of this process as the scheduler sees it. With sched_autogroup_enabled, as most distributions have it, each
 * session is a group whose weight against others is set here (sched(7)); the nice values of threads count only within it. It
 * is of no effect where there is no such file or the process is in a cgroup that has a weight of its own.
 */
final class Autogroup implements SessionNice.Group {
    private static final Path FILE = Path.of("/proc/self/autogroup");
    private static final Pattern NICE = Pattern.compile("nice (-?\\d+)");

    private final NiceKeeper keeper = new NiceKeeper();

    @Override
    public OptionalInt nice() {
        try {
            Matcher nice = NICE.matcher(Files.readString(FILE, StandardCharsets.US_ASCII));
            return nice.find() ? OptionalInt.of(Integer.parseInt(nice.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Without CAP_SYS_ADMIN the kernel allows ten changes a second, of all sessions together. */
    @Override
    public SessionNice.Answer set(int nice) {
        NativeMemory text = NativeMemory.of(Integer.toString(nice).getBytes(StandardCharsets.US_ASCII));
        int bytes = text.buffer().capacity();
        try (Fd file = Descriptors.open(FILE.toString(), Descriptors.O_WRONLY, 0)) {
            long result = text.during(Kernel.syscall(Syscall.WRITE, file.number(), text.address(), bytes));
            if (result == -Errno.EAGAIN.value()) {
                return SessionNice.Answer.AGAIN;
            }
            return result == bytes ? SessionNice.Answer.DONE : SessionNice.Answer.REFUSED;
        } catch (LinuxException e) {
            return SessionNice.Answer.REFUSED;
        }
    }

    @Override
    public boolean mayReturn(int nice) {
        return nice >= 0 || Standing.mayReturn(nice);
    }

    @Override
    public boolean keep(int nice) {
        return keeper.keep(nice);
    }

    @Override
    public void forget() {
        keeper.forget();
    }
}
