package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.ParentLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every page that a pagemap names is in a pages file: its own, or one of its parents'. */
final class SnapshotCheck {
    private final Findings findings;

    SnapshotCheck(Findings findings) {
        this.findings = findings;
    }

    void run(Path directory) throws IOException {
        Map<String, Pagemap> maps = ownPagemaps(directory);
        Map<Path, Path> users = new HashMap<>();
        maps.values().stream().filter(map -> map.pages() != null).forEach(map -> owner(map, users));
        ownerless(directory, users.keySet());
        Set<Path> seen = new HashSet<>();
        Path at = directory;
        while (!maps.isEmpty()) {
            for (Pagemap map : maps.values()) {
                check(map);
            }
            if (!seen.add(at.toRealPath())) {
                return;
            }
            Optional<Path> parent = parent(at, seen);
            Map<String, Pagemap> above = parent.isPresent() ? pagemaps(parent.get(), maps.keySet()) : Map.of();
            maps.forEach((name, map) -> holes(map, above.get(name), parent.isPresent()));
            at = parent.orElse(at);
            maps = above;
        }
    }

    /** Neither dangling nor back to where the chain was. */
    private Optional<Path> parent(Path directory, Set<Path> seen) throws IOException {
        Path link = directory.resolve(ParentLink.NAME);
        Optional<Path> parent = ParentLink.follow(directory);
        if (parent.isEmpty() && Files.isSymbolicLink(link)) {
            findings.add(link, "leads to no directory: %s", Files.readSymbolicLink(link));
        }
        if (parent.isPresent() && seen.contains(parent.get())) {
            findings.add(link, "leads to %s, which is below it: the parents are a loop", parent.get());
            return Optional.empty();
        }
        return parent;
    }

    private Map<String, Pagemap> ownPagemaps(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> PagemapId.parse(name).isPresent())
                    .sorted()
                    .forEach(names::add);
        }
        return pagemaps(directory, names);
    }

    /** Those of a directory that have one of the names. */
    private Map<String, Pagemap> pagemaps(Path directory, Iterable<String> names) {
        Map<String, Pagemap> maps = new TreeMap<>();
        for (String name : names) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                try {
                    maps.put(name, Pagemap.read(file));
                } catch (IOException e) {
                    findings.add(file, e);
                }
            }
        }
        return maps;
    }

    private void owner(Pagemap map, Map<Path, Path> users) {
        Path other = users.putIfAbsent(map.pages(), map.file());
        if (other != null) {
            findings.add(map.file(), "has the same pages file as %s", other.getFileName());
        }
    }

    private void ownerless(Path directory, Set<Path> owned) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> ImageKind.ofFileName(file.getFileName().toString())
                            .filter(kind -> kind == ImageKind.PAGES)
                            .isPresent())
                    .filter(file -> !owned.contains(file))
                    .sorted()
                    .forEach(file -> findings.add(file, "has pages, and no pagemap names it"));
        }
    }

    private void check(Pagemap map) throws IOException {
        map.problems().forEach(problem -> findings.add(map.file(), "%s", problem));
        if (map.pages() == null) {
            findings.add(map.file(), "has no first entry that names its pages file");
            return;
        }
        long named = map.presentBytes();
        long size = Files.exists(map.pages()) ? Files.size(map.pages()) : 0;
        if (!Files.exists(map.pages()) && named > 0) {
            findings.add(
                    map.pages(), "missing, and %s has pages in it", map.file().getFileName());
        } else if (size < named) {
            findings.add(
                    map.pages(),
                    "ends at byte %d of the %d that %s names",
                    size,
                    named,
                    map.file().getFileName());
        } else if (size > named && map.problems().isEmpty()) {
            findings.add(
                    map.pages(),
                    "has %d bytes, and %s names only %d",
                    size,
                    map.file().getFileName(),
                    named);
        }
    }

    private void holes(Pagemap map, Pagemap parent, boolean hasParent) {
        Ranges covered = new Ranges();
        if (parent != null) {
            parent.runs().forEach(run -> covered.add(run.start(), run.end()));
        }
        for (Run run : map.runs()) {
            long missing = covered.firstMissing(run.start(), run.end());
            if (run.inParent() && missing != run.end()) {
                String why = hasParent ? "which does not have it" : "and there is none";
                findings.add(map.file(), "says that the page 0x%x is in the parent, %s", missing, why);
            }
        }
    }
}
