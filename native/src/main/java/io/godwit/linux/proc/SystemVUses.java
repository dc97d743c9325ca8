package io.godwit.linux.proc;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who used the System V objects of this IPC namespace last: of a queue who sent and who received, of a segment who made it and who attached it, of
 * each semaphore who changed it. That is all that the kernel tells.
 */
public final class SystemVUses {
    private static final String DIRECTORY = "/proc/sysvipc/";
    private static final int GETPID = 11;

    private SystemVUses() {}

    /** All that this process may see; a semaphore set that it may not read is left out. */
    public static List<SystemVUse> read() throws LinuxException {
        List<SystemVUse> uses = new ArrayList<>(queues(lines("msg")));
        uses.addAll(segments(lines("shm")));
        for (Map<String, Long> set : rows(lines("sem"))) {
            semaphores(set, uses);
        }
        return uses;
    }

    /** The object on which a thread waits, by its line in /proc/PID/task/TID/syscall; empty if it waits on none. */
    public static Optional<SystemVUse> waited(String line, int pid, long now) {
        String[] words = line.trim().split(" ");
        SystemVUse.Kind kind = switch (words[0]) {
            case "" + Syscall.SEMOP, "" + Syscall.SEMTIMEDOP -> SystemVUse.Kind.SEMAPHORES;
            case "" + Syscall.MSGSND, "" + Syscall.MSGRCV -> SystemVUse.Kind.QUEUE;
            default -> null;
        };
        return Optional.ofNullable(kind)
                .map(is -> new SystemVUse(is, Long.decode(words[1]).intValue(), pid, now));
    }

    static List<SystemVUse> queues(List<String> lines) {
        return rows(lines).stream()
                .flatMap(row -> Stream.of(
                        use(SystemVUse.Kind.QUEUE, row, "msqid", "lspid", "stime"),
                        use(SystemVUse.Kind.QUEUE, row, "msqid", "lrpid", "rtime")))
                .toList();
    }

    static List<SystemVUse> segments(List<String> lines) {
        return rows(lines).stream()
                .flatMap(row -> Stream.of(
                        use(SystemVUse.Kind.SEGMENT, row, "shmid", "cpid", "ctime"),
                        use(SystemVUse.Kind.SEGMENT, row, "shmid", "lpid", "atime"),
                        use(SystemVUse.Kind.SEGMENT, row, "shmid", "lpid", "dtime")))
                .toList();
    }

    private static SystemVUse use(SystemVUse.Kind kind, Map<String, Long> row, String id, String pid, String time) {
        return new SystemVUse(kind, row.get(id).intValue(), row.get(pid).intValue(), row.get(time));
    }

    private static void semaphores(Map<String, Long> set, List<SystemVUse> uses) throws LinuxException {
        int id = set.get("semid").intValue();
        // a value can also be set, which the time of the last operation does not tell
        long last = Math.max(set.get("otime"), set.get("ctime"));
        for (long number = 0; number < set.get("nsems"); number++) {
            long pid = Kernel.syscall(Syscall.SEMCTL, id, number, GETPID, 0);
            if (pid == -Errno.EINVAL.value() || pid == -Errno.EIDRM.value() || pid == -Errno.EACCES.value()) {
                return;
            }
            Kernel.check(pid, "semctl", "semaphore set " + id);
            uses.add(new SystemVUse(SystemVUse.Kind.SEMAPHORES, id, (int) pid, last));
        }
    }

    /** The numbers of each object, by the names in the first line; the key and the rights are in other bases, and left out. */
    private static List<Map<String, Long>> rows(List<String> lines) {
        List<Map<String, Long>> rows = new ArrayList<>();
        if (lines.isEmpty()) {
            return rows;
        }
        String[] names = lines.get(0).trim().split("\\s+");
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.trim().split("\\s+");
            Map<String, Long> row = new HashMap<>();
            for (int i = 0; i < names.length; i++) {
                if (!names[i].equals("key") && !names[i].equals("perms")) {
                    row.put(names[i], Long.parseUnsignedLong(values[i]));
                }
            }
            rows.add(row);
        }
        return rows;
    }

    /** None where the kernel has no System V. */
    private static List<String> lines(String name) throws LinuxException {
        try {
            return new String(ProcFile.read(DIRECTORY + name), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return List.of();
            }
            throw e;
        }
    }
}
