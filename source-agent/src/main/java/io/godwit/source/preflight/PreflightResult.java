package io.godwit.source.preflight;

import java.util.List;

/**
 * The pre-flight's answer.
 *
 * @param pid root of the tree
 * @param target the host, as the user wrote it
 * @param tasks processes in the tree
 * @param threads threads in the tree, main threads included
 * @param memoryBytes memory present in the tree
 * @param targetFreeBytes memory that the target has free
 * @param checks names of what was looked at, each for a line of its own
 * @param findings what was found wrong, errors first or not
 */
public record PreflightResult(
        int pid,
        String target,
        int tasks,
        int threads,
        long memoryBytes,
        long targetFreeBytes,
        List<String> checks,
        List<Finding> findings) {
    public PreflightResult {
        checks = List.copyOf(checks);
        findings = List.copyOf(findings);
    }

    /** Whether the tree can be moved. */
    public boolean passed() {
        return findings.stream().noneMatch(Finding::isError);
    }

    /** How many findings are errors. */
    public long errors() {
        return findings.stream().filter(Finding::isError).count();
    }
}
