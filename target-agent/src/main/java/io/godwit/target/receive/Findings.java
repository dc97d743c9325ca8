package io.godwit.target.receive;

import io.godwit.page.proto.PreflightFinding;
import java.util.ArrayList;
import java.util.List;

/** What a pre-flight found. */
final class Findings {
    private final List<PreflightFinding> all = new ArrayList<>();

    /** Something that makes the move impossible. */
    void error(String subject, String problem, String advice) {
        add(true, subject, problem, advice);
    }

    /** Something that the operator should know. */
    void warning(String subject, String problem, String advice) {
        add(false, subject, problem, advice);
    }

    List<PreflightFinding> all() {
        return List.copyOf(all);
    }

    private void add(boolean error, String subject, String problem, String advice) {
        all.add(PreflightFinding.newBuilder()
                .setError(error)
                .setSubject(subject)
                .setProblem(problem)
                .setAdvice(advice)
                .build());
    }
}
