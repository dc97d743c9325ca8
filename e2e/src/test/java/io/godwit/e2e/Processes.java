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
    /** Its inode. */
    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ \\S+ \\S+ \\S+ (\\d+).*");

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
                    sum += kib(line);
                }
            }
        }
        return sum;
    }

    /** Of the mappings of no file, in KiB: what is shared with another process, and with each page divided by those that have it. */
    record Anonymous(long sharedKib, long pssKib) {}

    /** Shared by copy-on-write, that is, where a process maps no memory as shared. */
    static Anonymous anonymous(Host host, int pid) throws IOException {
        boolean counts = false;
        long shared = 0;
        long pss = 0;
        for (String line : Files.readAllLines(host.path("/proc/" + pid + "/smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                counts = mapping.group(1).equals("0");
            } else if (counts && line.matches("Shared_(Clean|Dirty):.*")) {
                shared += kib(line);
            } else if (counts && line.startsWith("Pss:")) {
                pss += kib(line);
            }
        }
        return new Anonymous(shared, pss);
    }

    /** The addresses of the main thread's stack. */
    static String stack(Host host, int pid) throws IOException {
        return Files.readAllLines(host.path("/proc/" + pid + "/maps")).stream()
                .filter(line -> line.endsWith("[stack]"))
                .map(line -> line.split(" ")[0])
                .findFirst()
                .orElseThrow();
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
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
