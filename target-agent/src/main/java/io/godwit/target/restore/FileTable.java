package io.godwit.target.restore;

import io.godwit.linux.Fd;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.RootDirectory;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The agent's descriptors for the file objects of a snapshot, and what to undo if the restore fails. */
final class FileTable implements AutoCloseable {
    private final Map<Integer, Fd> byId = new HashMap<>();
    private RootDirectory root = RootDirectory.OWN;
    private OptionalInt network = OptionalInt.empty();
    private final List<Fd> helpers = new ArrayList<>();
    private final Set<String> elsewhere = new HashSet<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final List<StepClock.Action> first = new ArrayList<>();
    private final List<Runnable> decided = new ArrayList<>();
    private final List<Runnable> last = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Sockets belong to the network of this process from now on. */
    void connectIn(int pid) {
        network = OptionalInt.of(pid);
    }

    /** This resource, which was passed on, is no file. */
    void isElsewhere(String resource) {
        elsewhere.add(resource);
    }

    Set<String> elsewhere() {
        return elsewhere;
    }

    /** Does what makes sockets. */
    void connecting(StepClock.Action action) throws IOException {
        if (network.isEmpty()) {
            action.run();
            return;
        }
        NamespaceThread.in(network.getAsInt(), EnumSet.of(NamespaceKind.NET), () -> {
            action.run();
            return null;
        });
    }

    /** Paths begin here from now on. */
    void within(RootDirectory value) {
        root = value;
    }

    /** Where the tree's paths begin. */
    RootDirectory root() {
        return root;
    }

    /** @throws RestoreException if the tree has a mount namespace of its own, in which such a file can not be restored yet */
    void requireOwnMounts(String what) throws RestoreException {
        if (!root.isOwn()) {
            throw new RestoreException(
                    what + " in a mount namespace of its own can not be restored yet; close it before the dump");
        }
    }

    void put(int id, Fd fd) {
        byId.put(id, fd);
    }

    boolean has(int id) {
        return byId.containsKey(id);
    }

    Fd fd(int id) throws RestoreException {
        Fd fd = byId.get(id);
        if (fd == null) {
            throw new RestoreException("file " + id + " is used but was not opened");
        }
        return fd;
    }

    /** Keeps a descriptor open until the restore is over. */
    Fd helper(Fd fd) {
        helpers.add(fd);
        return fd;
    }

    /** Remembers what to do if the restore fails; the last one is undone first. */
    void onFailure(Runnable action) {
        undo.push(action);
    }

    /** Remembers what the tree can not run without; if it fails, all is undone. */
    void beforeResume(StepClock.Action action) {
        first.add(action);
    }

    /** Remembers what to do when it is decided that the tree runs, before it does; no failure undoes it any more. */
    void onDecision(Runnable action) {
        decided.add(action);
    }

    /** The last that can fail and be undone. */
    void release() throws IOException {
        for (StepClock.Action action : first) {
            action.run();
        }
        first.clear();
    }

    /** It is decided that the tree runs. */
    void resuming() {
        decided.forEach(Runnable::run);
        decided.clear();
    }

    /** Remembers what to do once the tree is to run, which no failure undoes any more. */
    void onResume(Runnable action) {
        last.add(action);
    }

    /** The tree is about to run. */
    void resumed() {
        last.forEach(Runnable::run);
        last.clear();
        undo.clear();
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Removes what was created in the file system. */
    void rollBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        root.close();
    }

    /** Nothing that is to be undone has a path in the tree's root any more. */
    void leaveRoot() {
        root.close();
    }

    @Override
    public void close() {
        byId.values().forEach(Fd::close);
        helpers.forEach(Fd::close);
        byId.clear();
        helpers.clear();
    }
}
