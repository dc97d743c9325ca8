package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program of {@code e2e/src/rpc}, which asks by Debian's libcriu. */
final class Libcriu {
    private static final Path CLIENT = Checkout.file("e2e/target/rpc/client");

    private final Host host;
    private final List<String> command;

    private Libcriu(Host host, List<String> command) {
        this.host = host;
        this.command = List.copyOf(command);
    }

    /** It starts {@code criu swrk} for each request. */
    static Libcriu startingWorkers(Host host) {
        return new Libcriu(
                host,
                List.of(CLIENT.toString(), "bin", Checkout.file("deploy/criu").toString()));
    }

    /** It connects to the service at this socket. */
    static Libcriu connecting(Host host, Path socket) {
        return new Libcriu(host, List.of(CLIENT.toString(), "sk", socket.toString()));
    }

    /** The same as another user, by a copy of the program that the user can read. */
    static Libcriu connecting(Host host, Path socket, Path program, int user) {
        List<String> command = new ArrayList<>(asUser(user));
        command.addAll(List.of(program.toString(), "sk", socket.toString()));
        return new Libcriu(host, command);
    }

    static Path program() {
        return CLIENT;
    }

    /** What goes before a command that another user shall run. */
    static List<String> asUser(int user) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--");
    }

    /** Starts the program without waiting for it; gives its pid. */
    int spawn(Path directory, Object... words) throws IOException {
        return host.spawn(directory, asking(words));
    }

    /** Asks, and gives what came of it. */
    Execution ask(Object... words) throws IOException {
        return host.exec(asking(words));
    }

    private String[] asking(Object... words) {
        List<String> all = new ArrayList<>(command);
        for (Object word : words) {
            all.add(word.toString());
        }
        return all.toArray(String[]::new);
    }
}
