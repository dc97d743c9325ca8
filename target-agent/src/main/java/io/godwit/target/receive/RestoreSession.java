package io.godwit.target.receive;

import io.godwit.image.Images;
import io.godwit.linux.Standing;
import io.godwit.linux.Wish;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.proto.TimedStep;
import io.godwit.page.protocol.HostCost;
import io.godwit.page.protocol.Hurry;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.TargetSession;
import io.godwit.target.restore.FileOptions;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoredTree;
import io.godwit.target.restore.Restorer;
import io.godwit.target.restore.StepTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Acts for one migration. All calls come from one thread, which traces the tree from the restore to the resume. */
@SuppressWarnings("try") // urgencies are only held
public final class RestoreSession implements TargetSession {
    private static final long NANOS_PER_MICRO = 1000;
    /** So little is left where it is: to look for it takes a processor for 20-50 ms. */
    private static final long GARBAGE_BYTES = 12 << 20;

    private final Supplier<Optional<HostCost>> cost;
    private RestoreOptions options;
    private Arrival arrival = Arrival.NONE;
    private Restorer growing;
    private RestoredTree tree;
    private Standing standing;
    private boolean hurried;
    /** What was in use when the garbage was last collected. */
    private long kept;

    /**
     * Acts for one that comes.
     *
     * @param cost what a restore takes here, once that is known
     */
    public RestoreSession(RestoreOptions options, Supplier<Optional<HostCost>> cost) {
        this.options = options;
        this.cost = cost;
    }

    @Override
    public PreflightReply preflight(PreflightRequest request) throws IOException {
        Arrival coming = Arrival.of(request);
        if (!coming.isEmpty()) {
            arrival = coming;
            FileOptions files = options.files();
            options =
                    options.withFiles(files.withConnections(files.connections().withAddressesFollow(true)));
        }
        if (request.hasCgroups()) {
            options = options.withCgroups(CgroupRequest.options(request.getCgroups()));
        }
        PreflightReply.Builder reply = new TargetPreflight().answer(request).toBuilder();
        cost.get().ifPresent(known -> reply.setCost(known.told()));
        return reply.build();
    }

    /** What others of this host do counts for more than how soon a round is over, until the source waits for it. */
    @Override
    public void hurry(Hurry hurry) {
        hurried = hurry != Hurry.NONE;
        Wish wish = switch (hurry) {
            case NONE -> Wish.LEISURE;
            case SOON -> Wish.HASTE;
            case FROZEN -> Wish.URGENCY;
        };
        if (standing == null) {
            standing = Standing.begin(wish);
        } else {
            standing.become(wish);
        }
    }

    /** After a round at leisure, which may be the last before the freeze: that one has room then for all that it makes. */
    @Override
    public void rest() {
        Runtime runtime = Runtime.getRuntime();
        if (!hurried && runtime.totalMemory() - runtime.freeMemory() - kept > GARBAGE_BYTES) {
            System.gc();
            kept = runtime.totalMemory() - runtime.freeMemory();
        }
    }

    @Override
    public void breathe() {
        if (standing != null) {
            standing.rest();
        }
    }

    @Override
    public PageDestination grow(Images round) throws IOException {
        if (growing == null) {
            growing = new Restorer(options);
        }
        try (Standing urgency = Standing.begin(Wish.URGENCY)) {
            growing.grow(round);
        }
        return growing;
    }

    @Override
    public RestoreReply restore(Path lastRound) throws IOException {
        long start = System.nanoTime();
        try (Standing urgency = Standing.begin(Wish.URGENCY)) {
            tree = growing == null ? Restorer.restoreAtOnce(lastRound, options) : growing.finish();
        }
        growing = null;
        return RestoreReply.newBuilder()
                .addAllSteps(timed(tree.steps(), start))
                .addAllWarnings(tree.warnings())
                .build();
    }

    @Override
    public ResumeReply resume() throws IOException {
        long start = System.nanoTime();
        int before = tree.steps().size();
        try (Standing urgency = Standing.begin(Wish.URGENCY)) {
            new Takeover(arrival, Takeover.of(tree)).run();
        } catch (IOException | RuntimeException | Error e) {
            calm();
            throw e;
        }
        List<StepTime> steps = tree.steps();
        tree = null;
        return ResumeReply.newBuilder()
                .addAllSteps(timed(steps.subList(before, steps.size()), start))
                .build();
    }

    @Override
    public void done() {
        calm();
    }

    @Override
    public void abort(String reason) {
        try {
            if (growing != null) {
                growing.abandon();
                growing = null;
            }
            if (tree != null) {
                tree.kill();
                tree = null;
            }
        } finally {
            calm();
        }
    }

    private void calm() {
        if (standing != null) {
            standing.close();
            standing = null;
        }
    }

    private static List<TimedStep> timed(List<StepTime> steps, long start) {
        return steps.stream()
                .map(step -> TimedStep.newBuilder()
                        .setName(step.name())
                        .setStartMicros((step.startNanos() - start) / NANOS_PER_MICRO)
                        .setMicros(step.nanos() / NANOS_PER_MICRO)
                        .build())
                .toList();
    }
}
