package io.godwit.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A redis-server that is asked by a unix socket, and saves nothing unasked. */
record Redis(Host host, int pid, Path socket) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Starts one with the dump.rdb of its directory, if there is one, and returns when it answers. */
    static Redis start(Host host, Path directory, Path socket) throws IOException {
        int pid = host.spawn(directory, "redis-server", "--port", "0", "--save", "", "--unixsocket", socket.toString());
        Redis redis = new Redis(host, pid, socket);
        if (!Eventually.holds(LIMIT, () -> redis.answersPing() || !host.lives(pid)) || !host.lives(pid)) {
            host.kill(pid);
            throw new AssertionError("redis-server does not answer in " + directory);
        }
        return redis;
    }

    /** The same process when it was moved. */
    Redis movedTo(Host other) {
        return new Redis(other, pid, socket);
    }

    String ask(String... command) {
        return cli(command).succeeded().output().strip();
    }

    /** Runs a script of Lua with these as its ARGV. */
    String eval(String script, Object... arguments) {
        List<String> command = new ArrayList<>(List.of("EVAL", script, "0"));
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        return ask(command.toArray(String[]::new));
    }

    /** What INFO persistence says of a field. */
    String persistence(String field) {
        return ask("INFO", "persistence")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Whether a child saves for it. */
    boolean saves() {
        return persistence("rdb_bgsave_in_progress").equals("1");
    }

    private boolean answersPing() {
        return cli("PING").output().strip().equals("PONG");
    }

    private Execution cli(String... command) {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-e", "-s", socket.toString()));
        all.addAll(List.of(command));
        try {
            return host.exec(all.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        host.kill(pid);
    }
}
