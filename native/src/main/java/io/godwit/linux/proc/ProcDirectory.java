package io.godwit.linux.proc;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The directory /proc/PID of a process, or /proc/PID/task/TID of a thread. */
public final class ProcDirectory {
    private static final int MAPS_READINGS = 100;

    private static final int PATH_MAX = 4096;
    private static final int AT_FDCWD = -100;

    private final String root;

    private ProcDirectory(String root) {
        this.root = root;
    }

    public static ProcDirectory process(int pid) {
        return new ProcDirectory("/proc/" + pid);
    }

    /** That of this process. */
    public static ProcDirectory own() {
        return process((int) ProcessHandle.current().pid());
    }

    public static ProcDirectory thread(int pid, int tid) {
        return new ProcDirectory("/proc/" + pid + "/task/" + tid);
    }

    /** Whether the process is there and neither a zombie nor about to be one. */
    public boolean lives() {
        try {
            return !stat().ending();
        } catch (IOException e) {
            return false;
        }
    }

    public boolean exists() {
        return Files.exists(Path.of(root));
    }

    public String path(String name) {
        return root + "/" + name;
    }

    public ProcStat stat() throws IOException {
        return ProcStat.parse(record("stat"));
    }

    public ProcStatus status() throws IOException {
        return ProcStatus.parse(record("status"));
    }

    /**
     * The mappings, ascending. The kernel gives the list piece by piece, and a mapping that is split or joined in between can
     * be in two pieces; such a list is read again.
     *
     * @throws IOException also if the mappings change so fast that no reading is whole
     */
    public List<Vma> maps() throws IOException {
        for (int i = 0; i < MAPS_READINGS; i++) {
            List<Vma> maps = ProcMaps.parse(lines("maps"));
            if (ProcMaps.ascending(maps)) {
                return maps;
            }
        }
        throw unsteady("maps");
    }

    /**
     * The same, of which one reading was made.
     *
     * @param read the bytes of /proc/PID/maps
     */
    public List<Vma> maps(byte[] read) throws IOException {
        List<Vma> maps = ProcMaps.parse(read);
        return ProcMaps.ascending(maps) ? maps : maps();
    }

    /**
     * The mappings, ascending, each with its VmFlags as they were at one time (/proc/PID/smaps, see proc(5)). The kernel walks
     * the page tables for this.
     *
     * @throws IOException as {@link #maps}
     */
    public Map<Vma, Set<String>> mapsWithFlags() throws IOException {
        for (int i = 0; i < MAPS_READINGS; i++) {
            Map<Vma, Set<String>> flags = ProcMaps.flags(lines("smaps"));
            if (ProcMaps.ascending(List.copyOf(flags.keySet()))) {
                return flags;
            }
        }
        throw unsteady("smaps");
    }

    private IOException unsteady(String name) {
        return new IOException(path(name) + ": " + MAPS_READINGS
                + " times a mapping was split or joined while the list was read; try again when the process is calmer");
    }

    public FdInfo fdInfo(int fd) throws IOException {
        return FdInfo.parse(split(record("fdinfo/" + fd)));
    }

    /** How the kernel's killer likes the process (oom_score_adj, see proc(5)). */
    public int oomScoreAdjustment() throws IOException {
        return Integer.parseInt(record("oom_score_adj").trim());
    }

    /** Open descriptors, ascending. */
    public int[] descriptors() throws IOException {
        return numbers("fd");
    }

    /** Threads of the process, ascending; the first may not be the leader. */
    public int[] threads() throws IOException {
        return numbers("task");
    }

    /** Children of this thread (/proc/PID/task/TID/children). */
    public int[] children() throws IOException {
        String text = text("children").trim();
        return text.isEmpty()
                ? new int[0]
                : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    /**
     * Children of all threads of this process. A thread that ends meanwhile leaves its own to another one, so the next look finds them.
     *
     * @throws IOException if the process is gone, or a thread that is there can not be read
     */
    public List<Integer> childrenOfAllThreads() throws IOException {
        List<Integer> all = new ArrayList<>();
        for (int tid : threads()) {
            ProcDirectory thread = new ProcDirectory(root + "/task/" + tid);
            try {
                Arrays.stream(thread.children()).forEach(all::add);
            } catch (IOException e) {
                if (thread.lives()) {
                    throw e;
                }
            }
        }
        return all;
    }

    /** The target of a link such as {@code cwd}, {@code exe} or {@code fd/3}, in UTF-8. */
    public String link(String entry) throws LinuxException {
        String path = path(entry);
        NativeMemory target = Scratch.data(PATH_MAX);
        long length = Kernel.syscall(Syscall.READLINKAT, AT_FDCWD, Scratch.path(path), target.address(), PATH_MAX);
        Kernel.check(length, "readlink", path);
        return new String(target.bytes(0, (int) length), StandardCharsets.UTF_8);
    }

    /** The lines of a file. A process that is gone gives ESRCH. */
    public List<String> lines(String name) throws IOException {
        return split(text(name));
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    /** The text of a file that tells of one thing, and not of a list of them. */
    private String record(String name) throws IOException {
        return new String(ProcFile.readRecord(path(name)), StandardCharsets.UTF_8);
    }

    /** The text of a file, which may hold bytes that are not UTF-8. */
    public String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** The bytes of a file. */
    public byte[] bytes(String name) throws IOException {
        return ProcFile.read(path(name));
    }

    private int[] numbers(String name) throws IOException {
        String[] entries = new File(path(name)).list();
        if (entries == null) {
            throw new LinuxException("open", path(name), Errno.ENOENT, ProcFile.ADVICE);
        }
        return Arrays.stream(entries).mapToInt(Integer::parseInt).sorted().toArray();
    }
}
