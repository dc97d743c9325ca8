package io.godwit.linux.proc;

/**
 * What /proc/PID/stat tells, the fields that Godwit needs.
 *
 * @param state the letter of the state: R, S, D, T, t, Z, X, I
 * @param foreground the process group in the foreground of its controlling terminal, -1 if it has none
 * @param flags the PF_ flags of the kernel
 * @param faultsOfChildren page faults of the children that were waited for: it grows with each
 * @param startTime clock ticks after boot; with the pid, the identity of a task
 * @param exitCode as wait(2) would report it
 */
public record ProcStat(
        int pid,
        String comm,
        char state,
        int parent,
        int processGroup,
        int session,
        int terminal,
        int foreground,
        long flags,
        long faultsOfChildren,
        int nice,
        int threads,
        long startTime,
        long startCode,
        long endCode,
        long startStack,
        int realtimePriority,
        int policy,
        long startData,
        long endData,
        long startBrk,
        long argStart,
        long argEnd,
        long envStart,
        long envEnd,
        int exitCode) {
    private static final long PF_EXITING = 0x00000004;
    private static final long PF_KTHREAD = 0x00200000;

    /** Parses the one line; the command may hold spaces and parentheses. */
    public static ProcStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        String[] f = line.substring(close + 2).trim().split(" ");
        return new ProcStat(
                Integer.parseInt(line.substring(0, open - 1)),
                line.substring(open + 1, close),
                f[0].charAt(0),
                Integer.parseInt(f[1]),
                Integer.parseInt(f[2]),
                Integer.parseInt(f[3]),
                Integer.parseInt(f[4]),
                Integer.parseInt(f[5]),
                Long.parseLong(f[6]),
                Long.parseUnsignedLong(f[8]) + Long.parseUnsignedLong(f[10]),
                Integer.parseInt(f[16]),
                Integer.parseInt(f[17]),
                Long.parseLong(f[19]),
                Long.parseUnsignedLong(f[23]),
                Long.parseUnsignedLong(f[24]),
                Long.parseUnsignedLong(f[25]),
                Integer.parseInt(f[37]),
                Integer.parseInt(f[38]),
                Long.parseUnsignedLong(f[42]),
                Long.parseUnsignedLong(f[43]),
                Long.parseUnsignedLong(f[44]),
                Long.parseUnsignedLong(f[45]),
                Long.parseUnsignedLong(f[46]),
                Long.parseUnsignedLong(f[47]),
                Long.parseUnsignedLong(f[48]),
                Integer.parseInt(f[49]));
    }

    public boolean kernelThread() {
        return (flags & PF_KTHREAD) != 0;
    }

    public boolean zombie() {
        return state == 'Z';
    }

    /** A zombie, or about to be one: its memory and files may be gone already. */
    public boolean ending() {
        return zombie() || (flags & PF_EXITING) != 0;
    }

    public boolean stopped() {
        return state == 'T';
    }
}
