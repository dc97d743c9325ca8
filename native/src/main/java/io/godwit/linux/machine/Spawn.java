package io.godwit.linux.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Strings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts a process with a chosen pid as a child of this one, or beside it, as a child of its parent. Java's own processes
 * can be neither.
 */
public final class Spawn {
    private static final String NAME = "godwit-spawn.so";
    private static final long CLONE_VM = 0x100;
    private static final long CLONE_VFORK = 0x4000;
    private static final long CLONE_PARENT = 0x8000;
    private static final long CLONE_NEWPID = 0x2000_0000;
    private static final long CLONE_CLEAR_SIGHAND = 0x1_0000_0000L;
    private static final int SIGCHLD = 17;
    private static final int INIT = 1;

    /** struct clone_args of clone3(2): words of 64 bits. */
    private static final int FLAGS = 0;

    private static final int EXIT_SIGNAL = 4;
    private static final int SET_TID = 8;
    private static final int SET_TID_SIZE = 9;
    private static final int WORDS = 11;

    private Spawn() {}

    /** Loaded when the first process is spawned. */
    private static final class Loaded {
        static final Library LIBRARY = load();
        /** The pid of the child, or a negative error number; see spawn.c. */
        static final long SPAWN = Kernel.symbol(LIBRARY, "godwit_spawn");

        static final CallContext FIVE_NUMBERS = Kernel.numbers(5);

        private static Library load() {
            try {
                Path file = MachineImage.extractLibrary(NAME);
                try {
                    Library library = Library.openLibrary(file.toString(), Library.NOW | Library.LOCAL);
                    if (library == null) {
                        throw new UnsatisfiedLinkError(Library.getLastError());
                    }
                    return library;
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Starts a program with this pid, an empty environment and the descriptors that are not close-on-exec.
     *
     * @param sibling its parent becomes the parent of this process; else this process does
     * @throws LinuxException if there is no such process now
     */
    public static void start(int pid, boolean sibling, Path program, List<String> arguments) throws LinuxException {
        start(pid, sibling, 0, program, arguments);
    }

    /**
     * Starts a program as the init of a new pid namespace.
     *
     * @return its pid here
     * @throws LinuxException if there is no such process now
     */
    public static int startInit(boolean sibling, Path program, List<String> arguments) throws LinuxException {
        return start(INIT, sibling, CLONE_NEWPID, program, arguments);
    }

    private static int start(int pid, boolean sibling, long namespaces, Path program, List<String> arguments)
            throws LinuxException {
        NativeMemory wanted = NativeMemory.allocate(Integer.BYTES);
        wanted.buffer().putInt(0, pid);
        NativeMemory clone = arguments(namespaces | (sibling ? CLONE_PARENT : 0), sibling ? 0 : SIGCHLD);
        clone.buffer().putLong(SET_TID * Long.BYTES, wanted.address()).putLong(SET_TID_SIZE * Long.BYTES, 1);
        NativeMemory path = NativeMemory.string(program.toString());
        Strings argv =
                new Strings(arguments.stream().map(text -> text.getBytes(UTF_8)).toList());
        Strings envp = new Strings(List.of());
        long result = spawn(clone, path.address(), argv.address(), envp.address());
        Reference.reachabilityFence(wanted);
        Reference.reachabilityFence(path);
        Reference.reachabilityFence(argv);
        Reference.reachabilityFence(envp);
        if (Kernel.failed(result)) {
            throw new LinuxException("clone3", "pid " + pid, Errno.of((int) -result));
        }
        return (int) result;
    }

    /**
     * Starts a process that does nothing but end.
     *
     * @return its pid, which stays until {@link io.godwit.linux.ThisProcess#awaitChild}
     */
    public static int ended() throws LinuxException {
        // there is no program to start, so it ends
        return (int) Kernel.check(spawn(arguments(0, 0), 0, 0, 0), "clone3", "a process that ends");
    }

    private static NativeMemory arguments(long flags, long exitSignal) {
        NativeMemory clone = NativeMemory.allocate(WORDS * Long.BYTES);
        clone.buffer()
                .putLong(FLAGS * Long.BYTES, CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND | flags)
                .putLong(EXIT_SIGNAL * Long.BYTES, exitSignal);
        return clone;
    }

    private static long spawn(NativeMemory clone, long path, long argv, long envp) {
        return clone.during(Invoker.getInstance()
                .invokeN5(Loaded.FIVE_NUMBERS, Loaded.SPAWN, clone.address(), WORDS * Long.BYTES, path, argv, envp));
    }
}
