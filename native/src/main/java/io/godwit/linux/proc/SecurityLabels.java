package io.godwit.linux.proc;

import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    public static SecurityLabels ofThisKernel() {
        if (read(ProcDirectory.own(), APPARMOR_FILE).isPresent()) {
            return new SecurityLabels(Module.APPARMOR);
        }
        boolean context = read(ProcDirectory.own(), FILE)
                .filter(text -> text.contains(":"))
                .isPresent();
        return new SecurityLabels(context ? Module.SELINUX : Module.NONE);
    }

    public Module module() {
        return module;
    }

    /** That of a thread; none if it is not confined. */
    public Optional<String> of(int pid, int tid) {
        return of(ProcDirectory.thread(pid, tid));
    }

    /** That of this process. */
    public Optional<String> own() {
        return of(ProcDirectory.own());
    }

    private Optional<String> of(ProcDirectory directory) {
        return switch (module) {
            case NONE -> Optional.empty();
            case APPARMOR -> read(directory, APPARMOR_FILE).flatMap(text -> parse(module, text));
            case SELINUX -> read(directory, FILE).flatMap(text -> parse(module, text));
        };
    }

    /** A kernel without such a module has no such file, or answers EINVAL. */
    private static Optional<String> read(ProcDirectory directory, String file) {
        try {
            return Optional.of(directory.text(file));
        } catch (LinuxException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The label in what the file says: AppArmor's is followed by its mode in parentheses. */
    static Optional<String> parse(Module module, String text) {
        String label = text.replace("\0", "").strip();
        if (module == Module.APPARMOR) {
            label = label.replaceFirst(" \\([a-z]+\\)$", "");
        }
        boolean free = label.isEmpty() || label.equals("unconfined") || label.contains(":unconfined_t");
        return free ? Optional.empty() : Optional.of(label);
    }
}
