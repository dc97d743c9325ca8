package io.godwit.source.migrate;

import io.godwit.source.collect.TcpConnections;
import io.godwit.source.freeze.FrozenTree;
import java.io.IOException;
import java.util.stream.Collectors;

/** A frozen tree with its connections. */
record TreeHere(FrozenTree tree, TcpConnections connections) implements Handover.Here {
    @Override
    public void silence() throws IOException {
        connections.silence();
    }

    @Override
    public void stopForGood() {
        tree.stopForGood();
    }

    @Override
    public void goOn() {
        tree.goOn();
    }

    @Override
    public void leaveLocked() throws IOException {
        connections.leaveLocked();
    }

    @Override
    public String unlocking() {
        return connections.removal();
    }

    @Override
    public void leaveStopped() throws IOException {
        tree.leaveStopped();
    }

    @Override
    public String continuing() {
        return tree.alive().stream()
                .filter(task -> !task.stopped())
                .map(task -> " " + task.pid())
                .collect(Collectors.joining("", "kill -CONT", ""));
    }

    @Override
    public void end() throws IOException {
        tree.kill();
    }

    @Override
    public void forget() {
        connections.forget();
    }
}
