package io.godwit.source.migrate;

import io.godwit.source.options.MigrationOptions;
import io.godwit.source.precopy.RoundSource;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.Finding;
import io.godwit.source.preflight.Survey;
import java.io.IOException;

/** Rounds of which the last is followed by another survey of the tree, which may have become one that can not be moved. */
final class SurveyedRounds implements RoundSource {
    private final LiveRounds rounds;
    private final MigrationOptions options;
    private Survey survey;

    SurveyedRounds(LiveRounds rounds, MigrationOptions options) {
        this.rounds = rounds;
        this.options = options;
    }

    @Override
    public RoundStats run(int round) throws IOException {
        return rounds.run(round);
    }

    @Override
    public RoundStats ready(RoundStats last) throws IOException {
        // now, and not in the freeze
        System.gc();
        survey = look();
        if (survey.findings().stream().anyMatch(Finding::isError)) {
            // a tree that runs may have been caught in the middle of a change
            survey = look();
        }
        survey.requireMovable();
        return rounds.count(last);
    }

    private Survey look() throws IOException {
        return Survey.of(options.pid(), options.shellJob(), options.files());
    }

    /** The tree just before the freeze. */
    Survey survey() {
        return survey;
    }
}
