package io.godwit.e2e.fuzz;

import java.util.ArrayList;
import java.util.List;

/** What a server said of one input, by any of its threads. */
final class ServerLog {
    private final List<String> lines = new ArrayList<>();

    synchronized void add(String line) {
        lines.add(line);
    }

    /**
     * Forgets what was said.
     *
     * @param refusals parts of lines by which an input is refused
     * @return whether one of them was said
     * @throws IllegalStateException if it tells of a defect
     */
    synchronized boolean refused(String... refusals) {
        List<String> said = List.copyOf(lines);
        lines.clear();
        said.forEach(Defects::requireNone);
        return said.stream().anyMatch(line -> List.of(refusals).stream().anyMatch(line::contains));
    }
}
