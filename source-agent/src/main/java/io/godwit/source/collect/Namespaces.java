package io.godwit.source.collect;

import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** The namespaces of this process, which those of a tree have to be unless they are its own. */
final class Namespaces {
    /** Links in /proc/PID/ns. After unshare(2) a process is where it was, and its children are not. */
    private static final List<String> NAMES = List.of(
            "pid", "net", "mnt", "uts", "ipc", "user", "time", "cgroup", "pid_for_children", "time_for_children");

    private static final String OF_CHILDREN = "_for_children";

    private final Map<String, String> own = new LinkedHashMap<>();

    /** Those of this process now. */
    Namespaces() throws LinuxException {
        for (String name : NAMES) {
            own.put(name, ProcDirectory.own().link("ns/" + name));
        }
    }

    /** What the link of this name says of this process. */
    String link(String name) {
        return own.get(name);
    }

    /** Each in which a process is elsewhere than it may be, by the name of the link and what it says. */
    List<CannotMoveException> differences(int pid, BiPredicate<String, String> allowed) throws LinuxException {
        List<CannotMoveException> differences = new ArrayList<>();
        for (Map.Entry<String, String> namespace : own.entrySet()) {
            String name = namespace.getKey();
            String link = link(pid, name);
            if (!link.equals(namespace.getValue()) && !allowed.test(name, link)) {
                boolean children = name.endsWith(OF_CHILDREN);
                String kind = name.replace(OF_CHILDREN, "");
                differences.add(new CannotMoveException(
                        "process " + pid,
                        (children ? "its children will be" : "it is") + " in another " + kind
                                + " namespace than godwit, which can not be moved yet",
                        children
                                ? "move it before it calls unshare(2) or setns(2)"
                                : "run godwit inside that namespace, for example with nsenter"));
            }
        }
        return differences;
    }

    /** A namespace of children that has no process yet can not be named. */
    static String link(int pid, String name) throws LinuxException {
        try {
            return ProcDirectory.process(pid).link("ns/" + name);
        } catch (LinuxException e) {
            if (name.endsWith(OF_CHILDREN) && ProcDirectory.process(pid).lives()) {
                return "";
            }
            throw e;
        }
    }
}
