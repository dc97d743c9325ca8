package io.godwit.page.server;

import io.godwit.image.Images;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.protocol.Hurry;
import java.io.IOException;
import java.nio.file.Path;

/** What a target does for one migration besides storing it. All calls come from one thread, the migration's own. */
public interface TargetSession {
    /** Says what stands against the move here. */
    PreflightReply preflight(PreflightRequest request) throws IOException;

    /** How what follows is waited for. */
    default void hurry(Hurry hurry) {}

    /** A chunk of pages is where it belongs: others may have the processor for a moment, if they had not for long. */
    default void breathe() {}

    /**
     * Brings the tree into the shape that the images of a round tell of.
     *
     * @param round the images of the round that came so far; good until its end
     * @return where the pages of the round go
     */
    default PageDestination grow(Images round) throws IOException {
        throw new IOException("no tree can grow here, only images are stored; use --via-images");
    }

    /** A round is over, and its source waits to hear that: the tree does not stand still unless this was its last one. */
    default void rest() {}

    /** Restores the tree, which stands still afterwards; on failure nothing of it is left. */
    RestoreReply restore(Path lastRound) throws IOException;

    /**
     * Lets the tree run: the source has committed.
     *
     * @throws NotResumedException if none of it runs; {@link #abort} follows
     */
    ResumeReply resume() throws IOException;

    /** The source was told that the tree runs here. */
    default void done() {}

    /** Leaves nothing behind. Called when the migration fails or the connection drops before the tree runs. */
    void abort(String reason);
}
