package io.godwit.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What this process does to itself. */
public final class ThisProcess {
    private static final int SIG_SETMASK = 2;
    private static final int MASK_BYTES = 8;
    private static final int WALL = 0x40000000;

    private ThisProcess() {}

    /**
     * Becomes another program, which keeps the pid, the parent and the children; nothing of Java is left. It is looked for as a shell
     * does.
     *
     * @param command the program and its arguments
     * @throws IOException if it can not be executed; then nothing has changed
     */
    public static void become(List<String> command) throws IOException {
        String path = find(command.get(0));
        Strings arguments =
                new Strings(command.stream().map(text -> text.getBytes(UTF_8)).toList());
        Strings environment = new Strings(environment());
        NativeMemory program = NativeMemory.string(path);
        // Java blocks some signals in its threads, and a program begins with what is blocked in the one that executes
        // it.
        NativeMemory none = NativeMemory.allocate(MASK_BYTES);
        Kernel.syscall(Syscall.RT_SIGPROCMASK, SIG_SETMASK, none.address(), 0, MASK_BYTES);
        long result = Kernel.syscall(Syscall.EXECVE, program.address(), arguments.address(), environment.address());
        Reference.reachabilityFence(arguments);
        Reference.reachabilityFence(environment);
        Reference.reachabilityFence(program);
        Reference.reachabilityFence(none);
        Kernel.check(result, "execve", path);
    }

    /** Returns when a child has ended, and buries it. */
    public static void awaitChild(int pid) throws LinuxException {
        long result;
        do {
            result = Kernel.syscall(Syscall.WAIT4, pid, 0, WALL, 0);
        } while (result == -Errno.EINTR.value());
        Kernel.check(result, "wait4", "process " + pid);
    }

    private static String find(String name) throws IOException {
        if (name.indexOf('/') >= 0) {
            return name;
        }
        String path = System.getenv("PATH");
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(":")) {
            Path candidate = Path.of(directory, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        throw new LinuxException("execve", name, Errno.ENOENT, "give its path, or add its directory to PATH");
    }

    /** As it was when this process started: Java never changes it. */
    private static List<byte[]> environment() throws IOException {
        byte[] all = ProcDirectory.own().bytes("environ");
        List<byte[]> variables = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == 0) {
                variables.add(Arrays.copyOfRange(all, start, i));
                start = i + 1;
            }
        }
        return variables;
    }
}
