package io.godwit.linux.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What /proc/PID/fdinfo/FD tells: position, flags, and lines of its kind.
 *
 * @param position file offset
 * @param flags open flags, O_CLOEXEC among them
 * @param lines all lines as they are
 */
public record FdInfo(long position, int flags, List<String> lines) {
    /** How the line of a lock begins. */
    private static final String LOCK = "lock:";

    private static final int CLOEXEC = 02000000;

    public static FdInfo parse(List<String> lines) {
        FdInfo bare = new FdInfo(0, 0, List.copyOf(lines));
        long position = bare.value("pos").map(Long::parseLong).orElse(0L);
        int flags =
                bare.value("flags").map(text -> (int) Long.parseLong(text, 8)).orElse(0);
        return new FdInfo(position, flags, bare.lines);
    }

    public boolean closeOnExec() {
        return (flags & CLOEXEC) != 0;
    }

    /** Open flags without O_CLOEXEC, which belongs to the descriptor. */
    public int descriptionFlags() {
        return flags & ~CLOEXEC;
    }

    /** The value of the first line with a name, without blanks around it. */
    public Optional<String> value(String name) {
        for (String line : lines) {
            if (line.startsWith(name) && line.startsWith(":", name.length())) {
                return Optional.of(line.substring(name.length() + 1).trim());
            }
        }
        return Optional.empty();
    }

    /** Whether it shows file locks. */
    public boolean hasLocks() {
        for (String line : lines) {
            if (line.startsWith(LOCK)) {
                return true;
            }
        }
        return false;
    }

    /** The file locks that it shows. */
    public List<FileLock> locks() {
        return startingWith(LOCK).stream().map(FileLock::parse).toList();
    }

    /** All lines that begin with a text; epoll's and inotify's entries are such lines. */
    public List<String> startingWith(String start) {
        List<String> found = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(start)) {
                found.add(line);
            }
        }
        return found;
    }
}
