package io.godwit.page.client;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.protocol.Hurry;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A target agent, as the source sees it. Every call blocks; all come from one thread. */
public interface TargetConnection extends AutoCloseable {
    /** Asks what stands against the move at the target. */
    PreflightReply preflight(PreflightRequest request) throws IOException;

    /**
     * From now on so many bytes a second are sent, 0 for as many as the connection takes.
     *
     * @param waitedNanos for how long the thread that calls it was kept from a processor by others so far
     */
    void limit(long bytesPerSecond, LongSupplier waitedNanos);

    /** From now on the contents of pages are compressed so; without it, as {@link Compression#AUTO} says. */
    void compress(Compression wanted);

    /** How rounds that begin from now on are waited for; they are not before this was called. */
    void hurry(Hurry how);

    /** Begins a round; it is stored when {@link SnapshotSink#finish} returns. */
    SnapshotSink round(int number) throws IOException;

    /** Begins a round whose memory goes into a tree that grows; {@link #grow} must follow the images that tell its shape. */
    SnapshotSink growingRound(int number) throws IOException;

    /**
     * Has the target bring its tree into the shape that the images of this round tell of: tasks and mappings. The pages
     * that follow in the round go straight into them. The target answers with the round.
     */
    void grow() throws IOException;

    /** Has the tree restored; it stands still at the target when this returns. */
    default RestoreReply restore() throws IOException {
        beginRestore();
        return endRestore();
    }

    /** Begins what {@link #restore} does; {@link #endRestore} must follow. */
    void beginRestore() throws IOException;

    /** Waits for the end of the restore that was begun. */
    RestoreReply endRestore() throws IOException;

    /**
     * Lets the tree run at the target: the point of no return.
     *
     * @throws UndoneException if it does not run there: the target could not, or was not asked as the connection was gone
     * @throws OutcomeUnknownException if the target may have let it run but did not say so
     */
    ResumeReply commit() throws IOException;

    /** Tells the target to leave nothing behind. Never fails: closing says the same. */
    void abort(String reason);

    /** To the target and back, as the kernel has measured it so far; zero where it does not tell. */
    Duration roundTrip();

    /** This host's address, by which it speaks to the target. */
    InetAddress localAddress() throws IOException;

    TransferCounters counters();

    @Override
    void close();
}
