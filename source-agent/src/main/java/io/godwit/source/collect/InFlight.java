package io.godwit.source.collect;

/** Connections that wait to be accepted on a listening socket, in words. */
final class InFlight {
    private InFlight() {}

    static CannotMoveException finding(String socket, long connections) {
        return new CannotMoveException(
                socket,
                connections == 1
                        ? "a connection waits to be accepted on it"
                        : connections + " connections wait to be accepted on it",
                "let the program accept them; --skip-in-flight lets go of them, and their clients see a reset");
    }
}
