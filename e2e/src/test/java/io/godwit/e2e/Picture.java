package io.godwit.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What /proc shows of a tree, in the words that must be the same after a move: process by process its mappings, its
 * descriptors, and the lines of its status that do not depend on the moment.
 */
final class Picture {
    private static final Pattern STATUS = Pattern.compile(
            "(Name|Umask|Tgid|PPid|TracerPid|Uid|Gid|Groups|NSsid|NSpgid|Threads|SigBlk|SigIgn|SigCgt|CapInh|CapPrm"
                    + "|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|CoreDumping|THP_enabled):.*");
    /** What its parent can still see of a zombie. */
    private static final Pattern ZOMBIE = Pattern.compile("(Name|State|Tgid|PPid|Uid|Gid|NSsid|NSpgid):.*");

    /** start-end perms offset dev inode path; the device and inode of what has no name are not kept. */
    private static final Pattern MAPPING = Pattern.compile("(\\S+ \\S+ \\S+) \\S+ (\\d+) *(.*)");

    /** What a restored file without a name is called in the place where its name was. */
    private static final String GHOST = "\\.cr\\.[0-9a-f]+\\.ghost(?= \\(deleted\\)$)";

    private final Host host;

    private Picture(Host host) {
        this.host = host;
    }

    /** One line a fact, sorted by pid. */
    static List<String> of(Host host, int root) throws IOException {
        Picture picture = new Picture(host);
        Map<Integer, List<String>> byPid = new TreeMap<>();
        for (int pid : Processes.of(host, root)) {
            byPid.put(pid, picture.process(pid));
        }
        return byPid.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(line -> entry.getKey() + " " + line))
                .toList();
    }

    /** What only one of two pictures has: lines that start with "- " are gone, with "+ " are new. */
    static List<String> changes(List<String> before, List<String> after) {
        Stream<String> gone =
                before.stream().filter(line -> !after.contains(line)).map(line -> "- " + line);
        Stream<String> fresh =
                after.stream().filter(line -> !before.contains(line)).map(line -> "+ " + line);
        return Stream.concat(gone, fresh).toList();
    }

    private List<String> process(int pid) throws IOException {
        String proc = "/proc/" + pid;
        if (read(proc + "/stat").matches("(?s).*\\) Z .*")) {
            return read(proc + "/status")
                    .lines()
                    .filter(line -> ZOMBIE.matcher(line).matches())
                    .toList();
        }
        Stream<String> status = read(proc + "/status")
                .lines()
                .filter(line -> STATUS.matcher(line).matches());
        Stream<String> maps = read(proc + "/maps").lines().map(Picture::mapping);
        Stream<String> limits = read(proc + "/limits").lines().map(line -> "limit " + line.strip());
        Stream<String> links = Stream.of("cwd", "root", "exe")
                .map(name -> name + " -> " + link(proc + "/" + name).replaceAll(GHOST, ""));
        return Stream.of(status, maps, limits, links, descriptors(proc), Stream.of(commandLine(proc)))
                .flatMap(lines -> lines)
                .toList();
    }

    private Stream<String> descriptors(String proc) throws IOException {
        Map<Integer, String> byNumber = new TreeMap<>();
        try (Stream<Path> all = Files.list(host.path(proc + "/fd"))) {
            for (Path path : all.toList()) {
                String number = path.getFileName().toString();
                String flags = read(proc + "/fdinfo/" + number)
                        .lines()
                        .filter(line -> line.startsWith("flags:"))
                        .map(line -> line.replaceAll("\\s+", " "))
                        .collect(Collectors.joining());
                String target =
                        link(proc + "/fd/" + number).replaceAll("\\[\\d+]", "").replaceAll(GHOST, "");
                byNumber.put(Integer.parseInt(number), "fd " + number + " " + flags + " -> " + target);
            }
        } catch (NoSuchFileException e) {
            return Stream.of("no descriptors");
        }
        return byNumber.values().stream();
    }

    private String commandLine(String proc) throws IOException {
        return "cmdline " + read(proc + "/cmdline").replace('\0', ' ').strip();
    }

    private static String mapping(String line) {
        Matcher matcher = MAPPING.matcher(line);
        return matcher.matches()
                ? "map " + matcher.group(1) + " " + matcher.group(3).replaceAll(GHOST, "")
                : line;
    }

    private String link(String path) {
        try {
            return Files.readSymbolicLink(host.path(path)).toString();
        } catch (IOException e) {
            return "?";
        }
    }

    private String read(String path) throws IOException {
        try {
            return Files.readString(host.path(path));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
