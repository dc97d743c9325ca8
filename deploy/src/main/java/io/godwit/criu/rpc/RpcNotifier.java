package io.godwit.criu.rpc;

import io.godwit.criu.run.Notifier;
import io.godwit.criu.run.Stage;
import io.godwit.image.proto.CriuReq;
import io.godwit.linux.Fd;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Tells the client of stages, and sees to it that a dump ends only a tree that the client may end. */
final class RpcNotifier implements Notifier {
    /** Of the others the protocol has no pid. */
    private static final Set<Stage> WITH_PID = Set.of(Stage.SETUP_NAMESPACES, Stage.POST_RESTORE);

    private final Notifications notifications;
    private final Authority authority;
    private final OptionalInt dumped;
    private final boolean orphans;

    /**
     * For one request.
     *
     * @param dumped root of the tree that is dumped; none at a restore
     * @param orphans the masters of the tree's terminals may be outside of it
     */
    RpcNotifier(Notifications notifications, Authority authority, OptionalInt dumped, boolean orphans) {
        this.notifications = notifications;
        this.authority = authority;
        this.dumped = dumped;
        this.orphans = orphans;
    }

    @Override
    public void reached(Stage stage, OptionalInt root) throws IOException {
        notifications.tell(stage.word(), WITH_PID.contains(stage) ? root : OptionalInt.empty());
        if (stage == Stage.POST_DUMP) {
            // Next the tree is ended, which must not be if nobody is there who knows of its images.
            notifications.requireClient();
        }
    }

    @Override
    public boolean namesExternalFiles() {
        return notifications.wanted();
    }

    @Override
    public boolean allowsOrphanTerminals() {
        return orphans;
    }

    @Override
    public boolean takeOrphanTerminal(Fd master) throws IOException {
        if (!notifications.wanted()) {
            return false;
        }
        notifications.tell(Stage.ORPHAN_PTS_MASTER.word(), master);
        return true;
    }

    /** The tree stands still, so that what is found of its rights stays true. */
    @Override
    public List<String> queryExternalFiles() throws IOException {
        if (dumped.isPresent()) {
            authority.requireOwnTree(dumped.getAsInt());
        }
        return notifications
                .tell(Stage.QUERY_EXT_FILES.word(), OptionalInt.empty())
                .map(CriuReq::getOpts)
                .<List<String>>map(options -> List.copyOf(options.getExternalList()))
                .orElse(List.of());
    }
}
