package io.godwit.target.receive;

import io.godwit.page.server.NotResumedException;
import io.godwit.target.restore.RestoredTree;
import java.io.IOException;

/**
 * The target's half of a commit. What fails before the first task runs is taken back, and the source is told that its tree can run
 * on. The addresses are here before the connections are unlocked, so that nothing that comes for them is lost, and the networks are
 * told when nothing can fail any more.
 */
final class Takeover {
    private final Arrival arrival;
    private final Tree tree;

    /** The restored tree, which stands still. */
    interface Tree {
        /** As {@link RestoredTree#release}. */
        void release() throws IOException;

        /** As {@link RestoredTree#run}. */
        void run() throws IOException;
    }

    Takeover(Arrival arrival, Tree tree) {
        this.arrival = arrival;
        this.tree = tree;
    }

    static Tree of(RestoredTree tree) {
        return new Tree() {
            @Override
            public void release() throws IOException {
                tree.release();
            }

            @Override
            public void run() throws IOException {
                tree.run();
            }
        };
    }

    /**
     * Lets the tree run.
     *
     * @throws NotResumedException if none of it has run; this host has none of its addresses
     * @throws IOException if some of it may run
     */
    void run() throws IOException {
        try {
            prepare();
        } catch (IOException | RuntimeException | Error e) {
            throw new NotResumedException(Arrival.words(e), e);
        }
        arrival.announce();
        tree.run();
    }

    private void prepare() throws IOException {
        arrival.take();
        try {
            tree.release();
        } catch (IOException | RuntimeException | Error e) {
            throw new IOException(Arrival.words(e) + arrival.giveBack(), e);
        }
    }
}
