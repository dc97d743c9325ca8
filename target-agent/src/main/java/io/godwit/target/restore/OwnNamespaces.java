package io.godwit.target.restore;

import io.godwit.image.Images;
import io.godwit.image.proto.FileEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.RootDirectory;
import io.godwit.linux.machine.Program;
import io.godwit.target.namespace.NamespaceListener;
import io.godwit.target.namespace.NamespaceMaker;
import io.godwit.target.namespace.NamespaceSnapshot;
import io.godwit.target.plan.FileNames;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** The namespaces of a tree that is restored from images: read before anything is made, made when there is a root. */
final class OwnNamespaces {
    private static final int FIRST_FREE = 3;

    private final RestoreOptions options;
    private final NamespaceListener listener;
    private NamespaceSnapshot namespaces;
    private NamespaceMaker maker;
    private OptionalInt held = OptionalInt.empty();

    OwnNamespaces(RestoreOptions options, NamespaceListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** @throws RestoreException if they can not be restored */
    void read(Images images, Snapshot snapshot) throws IOException {
        namespaces = NamespaceSnapshot.read(images, snapshot.root().pid(), living(snapshot));
        maker = new NamespaceMaker(namespaces, images, options.namespaces());
        if (namespaces.has(NamespaceKind.PID)) {
            requirePids(snapshot);
            held = OptionalInt.of(Math.max(highest(snapshot) + 2, FIRST_FREE));
        }
        if (namespaces.has(NamespaceKind.MNT)) {
            requireMounted(snapshot);
        }
        if (namespaces.has(NamespaceKind.PID) || namespaces.has(NamespaceKind.NET)) {
            requireNoConnections(snapshot);
        }
    }

    boolean ownsNetwork() {
        return namespaces.has(NamespaceKind.NET);
    }

    boolean ownsPids() {
        return namespaces.has(NamespaceKind.PID);
    }

    boolean none() {
        return namespaces.isEmpty();
    }

    /** The number under which the tasks hold a pidfd of this process; none if they can name it. */
    OptionalInt held() {
        return held;
    }

    /** Starts the root, makes them, and lets paths begin in them. */
    void make(Snapshot snapshot, TreeGrower grower, FileTable files) throws IOException {
        GrownTask root = held.isPresent() ? grower.startInit(snapshot, held.getAsInt()) : grower.startRoot(snapshot);
        NamespaceMaker.Root program = new NamespaceMaker.Root() {
            @Override
            public int pid() {
                return root.pid();
            }

            @Override
            public void run(Program steps) throws IOException {
                root.run(steps);
            }
        };
        // one is left for the descriptor that is then moved to its number
        maker.make(program, held.orElse(FIRST_FREE - 1) + 2, listener);
        if (namespaces.has(NamespaceKind.NET)) {
            files.connectIn(root.pid());
            namespaces.network().ifPresent(files::isElsewhere);
        }
        if (namespaces.has(NamespaceKind.MNT)) {
            files.within(RootDirectory.of(root.pid()));
        }
    }

    private void requirePids(Snapshot snapshot) throws RestoreException {
        if (snapshot.root().pid() != 1) {
            throw new RestoreException("the tree has a pid namespace of its own, and its root is not pid 1 in it but "
                    + snapshot.root() + "; such a tree can not be restored");
        }
        if (options.filler().isPresent()) {
            throw new RestoreException(
                    "a tree with a pid namespace of its own can not be restored with --lazy-pages yet;"
                            + " leave that out");
        }
    }

    private static void requireMounted(Snapshot snapshot) throws RestoreException {
        for (FileEntry file : snapshot.files().values()) {
            boolean named = file.hasUsk()
                    && !file.getUsk().getName().isEmpty()
                    && file.getUsk().getName().byteAt(0) != 0;
            if (file.hasTty() || file.hasIfy() || named) {
                throw new RestoreException(FileNames.of(file) + " (" + file.getType()
                        + ") in a mount namespace of its own can not be restored yet; close it before the dump");
            }
        }
    }

    private static void requireNoConnections(Snapshot snapshot) throws RestoreException {
        for (FileEntry file : snapshot.files().values()) {
            boolean kept = file.hasIsk() && InetSocketRestorer.isConnection(file.getIsk(), snapshot);
            if (kept || file.hasPsk()) {
                throw new RestoreException(FileNames.of(file)
                        + " of a tree with a pid or network namespace of its own can not be restored yet;"
                        + " close it before the dump, or dump with --tcp-close");
            }
        }
    }

    private static List<Integer> living(Snapshot snapshot) {
        return snapshot.tasks().stream()
                .filter(task -> !task.zombie())
                .map(TaskSnapshot::pid)
                .toList();
    }

    private static int highest(Snapshot snapshot) {
        return snapshot.tasks().stream()
                .flatMap(task -> task.descriptors().stream())
                .mapToInt(descriptor -> descriptor.getFd())
                .max()
                .orElse(-1);
    }
}
