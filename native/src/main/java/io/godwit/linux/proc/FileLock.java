package io.godwit.linux.proc;

/**
 * A lock of a file, as a line of /proc/PID/fdinfo/FD or /proc/locks tells it.
 *
 * @param exclusive nobody else may have one; else many may share it
 * @param pid the process that took it, -1 if it belongs to no process
 * @param start its first byte
 * @param length bytes; 0 up to the end of the file, wherever that will be
 * @param breaking of a lease: another process wants the file, and waits for its end
 */
public record FileLock(Kind kind, boolean exclusive, int pid, long start, long length, boolean breaking) {
    /** To whom a lock belongs. */
    public enum Kind {
        /** To a process: fcntl(2) with F_SETLK, lockf(3). */
        POSIX,
        /** To an open file description, on the whole file: flock(2). */
        FLOCK,
        /** To an open file description: fcntl(2) with F_OFD_SETLK. */
        OFD,
        /** A lease or a delegation: fcntl(2) with F_SETLEASE. */
        LEASE
    }

    /** Reads {@code lock: 1: POSIX ADVISORY WRITE 4711 fe:00:1234 0 EOF}. */
    public static FileLock parse(String line) {
        String[] words = line.substring(line.indexOf(": ", line.indexOf(':') + 1) + 2)
                .trim()
                .split("\\s+");
        Kind kind = switch (words[0]) {
            case "POSIX" -> Kind.POSIX;
            case "FLOCK" -> Kind.FLOCK;
            case "OFDLCK" -> Kind.OFD;
            default -> Kind.LEASE;
        };
        long start = Long.parseLong(words[5]);
        long length = words[6].equals("EOF") ? 0 : Long.parseLong(words[6]) - start + 1;
        return new FileLock(
                kind, words[2].equals("WRITE"), Integer.parseInt(words[3]), start, length, words[1].equals("BREAKING"));
    }
}
