package io.godwit.source.migrate;

import io.godwit.page.protocol.HostCost;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.Known;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.precopy.FixedCost;
import io.godwit.source.precopy.RoundSource;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.Survey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/** Rounds of which the last is followed by another survey of the tree, which may have become one that can not be moved. */
final class SurveyedRounds implements RoundSource {
    private final LiveRounds rounds;
    private final MigrationOptions options;
    private final Lock ptrace;
    private Survey survey;
    private Known known;
    /** How many mappings were seen anew when the flags were read. */
    private long anew;

    private TreeCgroups cgroups;
    private Set<Integer> cgroupsOf = Set.of();

    /**
     * Rounds of a tree.
     *
     * @param ptrace held while the tree is looked at, since one that the brake holds has a tracer
     */
    SurveyedRounds(LiveRounds rounds, MigrationOptions options, Lock ptrace) {
        this.rounds = rounds;
        this.options = options;
        this.ptrace = ptrace;
    }

    @Override
    public RoundStats run(int round) throws IOException {
        return rounds.run(round);
    }

    @Override
    public void makeReady() throws IOException {
        ptrace.lock();
        try {
            survey = look();
            if (!survey.movable()) {
                // a tree that runs may have been caught in the middle of a change
                survey = look();
            }
        } finally {
            ptrace.unlock();
        }
        survey.requireMovable();
        known = survey.known();
        rounds.know(known.flags());
        anew = rounds.mappedAnew();
        lookAtCgroups(survey.pids());
        // now, and not in the freeze, which has room then for all that it makes; a look at a large tree leaves none
        System.gc();
    }

    private void lookAtCgroups(List<Integer> pids) throws IOException {
        cgroups = TreeCgroups.ofRunning(pids, options.cgroups().mode());
        cgroupsOf = Set.copyOf(pids);
    }

    @Override
    public boolean bringUpToDate() throws IOException {
        long anewNow = rounds.mappedAnew();
        List<Integer> pids = rounds.pids();
        if (!cgroupsOf.equals(Set.copyOf(pids))) {
            lookAtCgroups(pids);
        }
        if (anewNow == anew && known.coversNow(pids)) {
            return false;
        }
        anew = anewNow;
        known = known.withFlagsOfNow(pids);
        rounds.know(known.flags());
        return true;
    }

    @Override
    public RoundStats count(RoundStats last) throws IOException {
        return rounds.count(last);
    }

    private Survey look() throws IOException {
        return Survey.of(options.pid(), options.shellJob(), options.files());
    }

    /**
     * What the freeze costs beside the pages, for a tree as large as it was in the last round.
     *
     * @param source what this host needs
     * @param target the same of the target, if it has told
     * @param roundTrip to the target and back
     */
    Duration fixedCost(HostCost source, Optional<HostCost> target, Duration roundTrip) {
        return FixedCost.of(rounds.pids().size(), rounds.threads(), source, target, roundTrip);
    }

    /** What was known of the tree just before the freeze. */
    Known known() {
        return known;
    }

    /** Its cgroups then. */
    TreeCgroups cgroups() {
        return cgroups;
    }
}
