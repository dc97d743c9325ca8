package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The processes of a tree. */
final class Processes {
    private static final Pattern PARENT = Pattern.compile("(?s)\\d+ \\(.*\\) \\S (\\d+) .*");

    private Processes() {}

    /** The pids of a tree by the pids of their host, ascending. */
    static Set<Integer> of(Host host, int root) throws IOException {
        Map<Integer, Integer> parents = parents(host);
        TreeSet<Integer> tree = new TreeSet<>(List.of(root));
        int before;
        do {
            before = tree.size();
            parents.forEach((pid, parent) -> {
                if (tree.contains(parent)) {
                    tree.add(pid);
                }
            });
        } while (tree.size() > before);
        return tree;
    }

    /** How much memory a tree takes, in KiB: what several processes share counts once. */
    static long memoryKib(Host host, int root) throws IOException {
        long sum = 0;
        for (int pid : of(host, root)) {
            for (String line : Files.readAllLines(host.path("/proc/" + pid + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    sum += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return sum;
    }

    private static Map<Integer, Integer> parents(Host host) throws IOException {
        Map<Integer, Integer> parents = new TreeMap<>();
        try (Stream<Path> all = Files.list(host.path("/proc"))) {
            List<String> pids = all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .toList();
            for (String pid : pids) {
                Matcher matcher = PARENT.matcher(stat(host, pid));
                if (matcher.matches()) {
                    parents.put(Integer.parseInt(pid), Integer.parseInt(matcher.group(1)));
                }
            }
        }
        return parents;
    }

    private static String stat(Host host, String pid) throws IOException {
        try {
            return Files.readString(host.path("/proc/" + pid + "/stat"));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
