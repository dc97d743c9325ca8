package io.godwit.linux.proc;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.util.Optional;

/** The labels that a security module of the kernel puts on tasks (/proc/PID/attr of proc_pid_attr(5), apparmor(7)). */
public final class SecurityLabels {
    private static final String APPARMOR_FILE = "attr/apparmor/current";
    private static final String FILE = "attr/current";

    private final Module module;

    private SecurityLabels(Module module) {
        this.module = module;
    }

    /** Who puts them. */
    public enum Module {
        NONE,
        SELINUX,
        APPARMOR
    }

    /** Finds out which module there is. */
    public static SecurityLabels ofThisKernel() throws IOException {
        if (readIfAny(APPARMOR_FILE).isPresent()) {
            return new SecurityLabels(Module.APPARMOR);
        }
        boolean context = readIfAny(FILE).filter(text -> text.contains(":")).isPresent();
        return new SecurityLabels(context ? Module.SELINUX : Module.NONE);
    }

    public Module module() {
        return module;
    }

    /**
     * That of a thread; none if it is not confined.
     *
     * @throws IOException if it can not be read, which does not mean that there is none
     */
    public Optional<String> of(int pid, int tid) throws IOException {
        return of(ProcDirectory.thread(pid, tid));
    }

    /** That of this process. */
    public Optional<String> own() throws IOException {
        return of(ProcDirectory.own());
    }

    private Optional<String> of(ProcDirectory directory) throws IOException {
        return switch (module) {
            case NONE -> Optional.empty();
            case APPARMOR -> parse(module, directory.text(APPARMOR_FILE));
            case SELINUX -> parse(module, directory.text(FILE));
        };
    }

    /** A kernel without such a module has no such file, or answers EINVAL. */
    private static Optional<String> readIfAny(String file) throws IOException {
        try {
            return Optional.of(ProcDirectory.own().text(file));
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EINVAL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The label in what the file says: AppArmor's is followed by its mode in parentheses. */
    static Optional<String> parse(Module module, String text) {
        String label = text.replace("\0", "").strip();
        if (module == Module.APPARMOR) {
            label = label.replaceFirst(" \\([a-z]+\\)$", "");
        }
        return isFree(label) ? Optional.empty() : Optional.of(label);
    }

    /** Whether a label, without a mode, confines nothing. */
    public static boolean isFree(String label) {
        return label.isEmpty() || label.equals("unconfined") || label.contains(":unconfined_t");
    }
}
