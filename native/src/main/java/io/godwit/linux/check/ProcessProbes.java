package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;

/** Tries what looks into a process, and what makes one like another. */
final class ProcessProbes {
    private static final int PR_SET_MM = 35;
    private static final int PR_SET_MM_MAP_SIZE = 15;
    private static final int PR_TIMER_CREATE_RESTORE_IDS = 77;
    private static final int PR_TIMER_CREATE_RESTORE_IDS_GET = 2;
    private static final int SIGCHLD = 17;

    /** struct clone_args up to set_tid_size (clone(2)), and where its fields are. */
    private static final int CLONE_ARGS_BYTES = 80;

    private static final int CLONE_ARGS_EXIT_SIGNAL = 32;
    private static final int CLONE_ARGS_SET_TID = 64;
    private static final int CLONE_ARGS_SET_TID_SIZE = 72;

    private ProcessProbes() {}

    static String pidfdGetfd(Subject subject) throws LinuxException {
        try (Fd pidfd = Descriptors.pidfdOpen(subject.pid())) {
            Descriptors.pidfdGetfd(pidfd, 0, "a child").close();
            return "";
        }
    }

    static String kcmp(Subject subject) throws LinuxException {
        Descriptors.compareFiles(subject.pid(), 0, subject.pid(), 1);
        return "";
    }

    static String mapFiles(Subject subject) throws IOException {
        ProcDirectory proc = ProcDirectory.process(subject.pid());
        for (Vma vma : proc.maps()) {
            if (vma.backed()) {
                String path = proc.path("map_files/" + vma.mapFile());
                Descriptors.open(path, Descriptors.O_RDONLY, 0).close();
                return "";
            }
        }
        throw new IOException("a child has no mapped file");
    }

    static String children(Subject subject) throws IOException {
        ProcDirectory.thread(subject.pid(), subject.pid()).children();
        return "";
    }

    static String timers(Subject subject) throws IOException {
        ProcDirectory.process(subject.pid()).text("timers");
        return "";
    }

    /** Asks for our own pid, which is taken: with the right to choose, that is what the kernel complains of. */
    static String cloneWithPid(Subject subject) throws LinuxException {
        NativeMemory pid = NativeMemory.allocate(Integer.BYTES);
        pid.buffer().putInt(0, (int) ProcessHandle.current().pid());
        NativeMemory arguments = NativeMemory.allocate(CLONE_ARGS_BYTES);
        arguments.buffer().putLong(CLONE_ARGS_EXIT_SIGNAL, SIGCHLD);
        arguments.buffer().putLong(CLONE_ARGS_SET_TID, pid.address());
        arguments.buffer().putLong(CLONE_ARGS_SET_TID_SIZE, 1);
        long result =
                pid.during(arguments.during(Kernel.syscall(Syscall.CLONE3, arguments.address(), CLONE_ARGS_BYTES)));
        if (result != -Errno.EEXIST.value()) {
            Kernel.check(result, "clone3", "a chosen pid", "it needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN");
        }
        return "";
    }

    static String setMemoryMap(Subject subject) throws LinuxException {
        NativeMemory size = NativeMemory.allocate(Integer.BYTES);
        long result = Kernel.syscall(Syscall.PRCTL, PR_SET_MM, PR_SET_MM_MAP_SIZE, size.address(), 0, 0);
        Kernel.check(result, "prctl(PR_SET_MM_MAP_SIZE)", "this process", "the kernel needs CONFIG_CHECKPOINT_RESTORE");
        return size.buffer().getInt(0) + " bytes";
    }

    static String timerIds(Subject subject) throws LinuxException {
        long result =
                Kernel.syscall(Syscall.PRCTL, PR_TIMER_CREATE_RESTORE_IDS, PR_TIMER_CREATE_RESTORE_IDS_GET, 0, 0, 0);
        Kernel.check(result, "prctl(PR_TIMER_CREATE_RESTORE_IDS)", "this process");
        return "";
    }
}
