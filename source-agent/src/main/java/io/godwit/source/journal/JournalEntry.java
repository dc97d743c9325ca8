package io.godwit.source.journal;

import io.godwit.linux.net.HostAddress;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A migration as its journal tells of it. As text it has a line for each value, the name first:
 *
 * <pre>
 * state committing
 * agent 812 120934            pid and start of the process that does it
 * namespace pid:[4026531836]  in which all pids are
 * target host-b:4650
 * root 4711 90233
 * task 4711 90233 runs        or stands: a signal had stopped it before; only from committing on
 * locked                      there may be a lock of the network
 * address 10.0.0.9 24 2       goes to the target with the tree: prefix, and index of the interface
 * end
 * </pre>
 */
public record JournalEntry(
        State state,
        TaskIdentity agent,
        String namespace,
        String target,
        TaskIdentity root,
        List<Task> tasks,
        boolean locked,
        List<HostAddress> addresses) {
    private static final String END = "end";

    /** How far the migration has come. */
    public enum State {
        /** The target has not been asked to let the tree run. */
        MOVING,
        /** It may have been asked: the tree may run there. */
        COMMITTING,
        /** It has said that the tree runs there. */
        COMMITTED
    }

    /**
     * A process of the tree.
     *
     * @param stands whether a signal had stopped it before
     */
    public record Task(TaskIdentity identity, boolean stands) {}

    /** The same at another state. */
    public JournalEntry with(State next) {
        return new JournalEntry(next, agent, namespace, target, root, tasks, locked, addresses);
    }

    /** The same with the tasks of the tree, which stands still. */
    public JournalEntry with(List<Task> standing, boolean connected) {
        return new JournalEntry(state, agent, namespace, target, root, standing, connected, addresses);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "state", state.name().toLowerCase(Locale.ROOT));
        line(text, "agent", words(agent));
        line(text, "namespace", namespace);
        line(text, "target", target);
        line(text, "root", words(root));
        tasks.forEach(task -> line(text, "task", words(task.identity()) + (task.stands() ? " stands" : " runs")));
        if (locked) {
            text.append("locked\n");
        }
        addresses.forEach(address -> line(
                text,
                "address",
                address.inetAddress().getHostAddress().replaceFirst("%.*", "") + " " + address.prefix() + " "
                        + address.interfaceIndex()));
        return text.append(END).append('\n').toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    private static String words(TaskIdentity task) {
        return task.pid() + " " + task.startTime();
    }

    /**
     * Reads it.
     *
     * @throws IOException if it is not whole or not of this kind
     */
    static JournalEntry parse(String text) throws IOException {
        Parts parts = new Parts();
        try {
            for (String line : text.lines().toList()) {
                parts.take(line.split(" "));
            }
            return parts.whole();
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("it is not the journal of a migration: " + e.getMessage(), e);
        }
    }

    private static final class Parts {
        private State state;
        private TaskIdentity agent;
        private String namespace;
        private String target;
        private TaskIdentity root;
        private final List<Task> tasks = new ArrayList<>();
        private boolean locked;
        private final List<HostAddress> addresses = new ArrayList<>();
        private boolean ended;

        void take(String[] words) throws IOException {
            switch (words[0]) {
                case "state" -> state = State.valueOf(words[1].toUpperCase(Locale.ROOT));
                case "agent" -> agent = identity(words);
                case "namespace" -> namespace = words[1];
                case "target" -> target = words[1];
                case "root" -> root = identity(words);
                case "task" -> tasks.add(new Task(identity(words), words[3].equals("stands")));
                case "locked" -> locked = true;
                case "address" ->
                    addresses.add(new HostAddress(
                            InetAddress.getByName(words[1]).getAddress(),
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3])));
                case END -> ended = true;
                default -> throw new IllegalArgumentException("'" + words[0] + "' is not known");
            }
        }

        JournalEntry whole() {
            if (!ended || state == null || agent == null || namespace == null || target == null || root == null) {
                throw new IllegalArgumentException("something is missing");
            }
            return new JournalEntry(
                    state, agent, namespace, target, root, List.copyOf(tasks), locked, List.copyOf(addresses));
        }

        private static TaskIdentity identity(String[] words) {
            return new TaskIdentity(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }
    }
}
