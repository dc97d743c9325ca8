package io.godwit.source.migrate;

import io.godwit.linux.Standing;
import io.godwit.linux.Wish;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.net.HostAddress;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.RunDelay;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.Sending;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TransferCounters;
import io.godwit.page.proto.TimedStep;
import io.godwit.page.protocol.HostCost;
import io.godwit.page.protocol.Hurry;
import io.godwit.source.cli.MigrationEngine;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.options.FileOptions;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.precopy.ConvergencePolicy;
import io.godwit.source.precopy.DowntimePolicy;
import io.godwit.source.precopy.OnNoConvergence;
import io.godwit.source.precopy.PreCopyControls;
import io.godwit.source.precopy.PreCopyLimits;
import io.godwit.source.precopy.PreCopyLoop;
import io.godwit.source.precopy.PreCopyPolicy;
import io.godwit.source.precopy.RoundSource;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.PreflightRefused;
import io.godwit.source.preflight.PreflightResult;
import io.godwit.source.preflight.Survey;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.report.MigrationReport;
import io.godwit.source.report.ProgressListener;
import io.godwit.source.report.Step;
import io.godwit.source.report.StepTimer;
import io.godwit.source.report.Traffic;
import io.godwit.source.track.Tracking;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code godwit migrate}: the whole of a migration. One thread does it, as ptrace wants. */
public final class Migrator implements MigrationEngine {
    private final JournalDirectory journals;
    private final Preparation preparation;

    /** One that prepares for each migration. */
    public Migrator(JournalDirectory journals) {
        this(journals, Preparation.EACH_TIME);
    }

    public Migrator(JournalDirectory journals, Preparation preparation) {
        this.journals = journals;
        this.preparation = preparation;
    }

    /** What is done before the freeze takes its time from the tree, from the start on. */
    @Override
    public void run(MigrationOptions options, ProgressListener progress) throws IOException {
        long start = System.nanoTime();
        try (Standing standing = Standing.begin(Wish.PREPARATION)) {
            run(options, progress, start, standing);
        }
    }

    private void run(MigrationOptions options, ProgressListener progress, long start, Standing standing)
            throws IOException {
        TargetPid.ofThisHost().require(options.pid());
        journals.requireNone(options.pid());
        String id = UUID.randomUUID().toString();
        try (TargetConnection target = NettyTargetConnection.connect(
                options.target().host(),
                options.target().port(),
                id,
                options.insecure(),
                new Sending(StreamCount.of(options), SocketDuplicate::whereItPays))) {
            Survey survey = Survey.of(options.pid(), options.shellJob(), options.files());
            Preflight.Asked asked = Preflight.run(options, survey, target);
            PreflightResult preflight = asked.result();
            progress.preflight(preflight);
            if (!preflight.passed()) {
                throw new PreflightRefused(preflight);
            }
            if (options.dryRun()) {
                return;
            }
            try {
                Moved moved = move(new Task(options, survey, asked, standing, start), progress, target);
                progress.done(moved.report());
                moved.left().forEach(progress::left);
            } catch (IOException e) {
                target.abort(e.getMessage());
                throw e;
            }
        }
    }

    /**
     * What is to be done.
     *
     * @param asked what the target said
     * @param standing of this agent
     * @param start of all, by {@link System#nanoTime}
     */
    private record Task(MigrationOptions options, Survey survey, Preflight.Asked asked, Standing standing, long start) {
        Departure departure() {
            return Departure.of(options, asked.addresses());
        }

        boolean locks() {
            FileOptions.Connections connections = options.files().connections();
            return connections.established() || connections.closeTcp();
        }
    }

    /**
     * The tree runs at the target.
     *
     * @param left what is to be done here by hand
     */
    private record Moved(MigrationReport report, List<String> left) {}

    /** The journal stays when there is something to put right. */
    private Moved move(Task task, ProgressListener progress, TargetConnection target) throws IOException {
        MigrationOptions options = task.options();
        Journal journal = journals.begin(
                options.pid(), options.target().toString(), task.departure().addresses());
        try {
            return move(task, journal, progress, target);
        } catch (OutcomeUnknownException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            try {
                journal.giveUp();
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private Moved move(Task task, Journal journal, ProgressListener progress, TargetConnection target)
            throws IOException {
        MigrationOptions options = task.options();
        Survey survey = task.survey();
        String command = ProcDirectory.process(options.pid()).stat().comm();
        Standing standing = task.standing();
        PageDumper dumper = new PageDumper(standing::rest);
        Tracking tracking = Tracking.choose();
        HostCost cost = preparation.run(dumper, tracking, journals);
        standing.become(Wish.LEISURE);
        Lock ptrace = new ReentrantLock(true);
        try (TreeMemory memory = new TreeMemory(options.pid(), tracking, ptrace)) {
            LongSupplier waited = () -> RunDelay.nanos() + standing.restedNanos();
            target.limit(options.bytesPerSecond(), waited);
            target.compress(options.compression());
            CgroupMode mode = options.cgroups().mode();
            SurveyedRounds rounds = new SurveyedRounds(
                    new LiveRounds(
                            memory,
                            target,
                            dumper,
                            options.viaImages(),
                            mode,
                            survey.known().flags(),
                            waited),
                    options,
                    ptrace);
            Supplier<PreCopyLimits> limits = () -> new PreCopyLimits(
                    options.downtimeLimit(),
                    options.maxRounds(),
                    rounds.fixedCost(cost, task.asked().cost(), target.roundTrip()));
            PreCopyLoop.Outcome precopy = precopy(options, limits, progress, rounds, ptrace, before -> {
                standing.become(before ? Wish.HASTE : Wish.LEISURE);
                target.hurry(before ? Hurry.SOON : Hurry.NONE);
            });
            target.limit(0, waited);
            standing.become(Wish.URGENCY);
            target.hurry(Hurry.FROZEN);
            progress.freezing();
            long wireBefore = target.counters().wireBytes();
            FrozenPath.Subject subject = new FrozenPath.Subject(
                    options.pid(),
                    Optional.of(journal),
                    rounds.known(),
                    options.files(),
                    rounds.cgroups(),
                    task.asked().addresses().stream()
                            .map(HostAddress::inetAddress)
                            .collect(Collectors.toSet()),
                    task.departure());
            journal.freezing(task.locks());
            FrozenPath path = new FrozenPath(subject, target, memory, dumper, options.viaImages());
            FrozenPath.Outcome outcome;
            try {
                outcome = path.run(precopy.rounds().size());
            } finally {
                standing.become(Wish.LEISURE);
            }
            List<Step> timeline = timeline(path.timer(), outcome);
            timeline.forEach(progress::frozenStep);
            List<String> warnings = new ArrayList<>(rounds.cgroups().warnings());
            warnings.addAll(outcome.restored().getWarningsList());
            warnings.forEach(progress::warned);
            RoundStats frozen = new RoundStats(
                    precopy.rounds().size(),
                    outcome.counts().changed(),
                    target.counters().wireBytes() - wireBefore,
                    outcome.counts().changed(),
                    0,
                    0,
                    micros(timeline, "send last pages") * 1000,
                    0);
            MigrationReport report = new MigrationReport(
                    new MigrationReport.Tree(options.pid(), command, outcome.processes(), outcome.threads()),
                    options.target().toString(),
                    path.timer().totalNanos() / 1000,
                    precopy.stop().prediction().downtime().toNanos() / 1000,
                    precopy.stop().reason().text(),
                    timeline,
                    precopy.rounds(),
                    frozen,
                    traffic(target.counters()),
                    warnings,
                    (System.nanoTime() - task.start()) / 1000);
            return new Moved(report, outcome.left());
        }
    }

    private static PreCopyLoop.Outcome precopy(
            MigrationOptions options,
            Supplier<PreCopyLimits> limits,
            ProgressListener progress,
            RoundSource rounds,
            Lock ptrace,
            Consumer<Boolean> sprint)
            throws IOException {
        PreCopyPolicy policy = new ConvergencePolicy(
                new DowntimePolicy(options.onNoConvergence() == OnNoConvergence.STOP), options.onNoConvergence());
        try (Brake brake = new Brake(options.pid(), ptrace)) {
            PreCopyControls controls = new PreCopyControls() {
                @Override
                public void throttle(int percent) {
                    brake.apply(percent);
                }

                @Override
                public void sprint(boolean before) {
                    sprint.accept(before);
                }
            };
            return new PreCopyLoop(rounds, policy, limits, progress, controls, System::nanoTime).run();
        }
    }

    /** The target's clock is another: its steps are placed from the moment at which they were asked for. */
    private static List<Step> timeline(StepTimer timer, FrozenPath.Outcome outcome) {
        List<Step> timeline = new ArrayList<>();
        List<Step> own = timer.steps(Step.Side.SOURCE);
        for (int i = 0; i < own.size(); i++) {
            timeline.add(own.get(i));
            if (i == outcome.restoreStep()) {
                add(timeline, outcome.restored().getStepsList(), own.get(i).startMicros());
            } else if (i == outcome.commitStep()) {
                add(timeline, outcome.resumed().getStepsList(), own.get(i).startMicros());
            }
        }
        return timeline;
    }

    private static void add(List<Step> timeline, List<TimedStep> steps, long startMicros) {
        for (TimedStep step : steps) {
            timeline.add(Step.target(step.getName(), startMicros + step.getStartMicros(), step.getMicros()));
        }
    }

    private static long micros(List<Step> timeline, String name) {
        return timeline.stream()
                .filter(step -> step.name().equals(name))
                .mapToLong(Step::micros)
                .sum();
    }

    private static Traffic traffic(TransferCounters counters) {
        return new Traffic(
                counters.memoryBytes(),
                counters.wireBytes(),
                counters.zeroBytes(),
                counters.compressionBytes(),
                counters.parentBytes());
    }
}
