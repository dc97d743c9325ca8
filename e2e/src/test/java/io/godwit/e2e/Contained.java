package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A tree in namespaces of its own on this machine, {@code e2e/src/rpc/inside.c}, with directories for it and for its images. */
final class Contained implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern CORE = Pattern.compile("core-([0-9]+)\\.img");
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();

    private final Path directory = Files.createTempDirectory("godwit-contained-");
    private final Path root = Files.createDirectory(directory.resolve("root"));
    private final Path images = Files.createDirectory(directory.resolve("images"));
    private final Process starter;
    private int pid;

    private Contained(boolean mounts, String words) throws IOException {
        this(mounts, words, Map.of());
    }

    private Contained(boolean mounts, String words, Map<String, String> environment) throws IOException {
        Path program = Checkout.file("e2e/target/rpc/inside");
        Files.copy(program, root.resolve("inside"));
        List<String> command =
                List.of(program.toString(), mounts ? root.toString() : "-", mounts ? "/report" : report().toString());
        ProcessBuilder start = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec setsid -w \"$@\" </dev/null",
                        "sh",
                        command.get(0),
                        command.get(1),
                        command.get(2))
                .redirectError(directory.resolve("errors").toFile());
        start.environment().put("INSIDE", words);
        start.environment().putAll(environment);
        starter = start.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(starter.getInputStream(), UTF_8));
        pid = Integer.parseInt(out.readLine());
        if (!Eventually.holds(LIMIT, () -> Files.exists(report()))) {
            throw new AssertionError("inside did not get ready: " + Files.readString(directory.resolve("errors")));
        }
    }

    /** One with the mounts of this machine. */
    static Contained withOurMounts() throws IOException {
        return new Contained(false, "");
    }

    /** One with a root directory and mounts of its own. */
    static Contained withOwnMounts() throws IOException {
        return new Contained(true, "");
    }

    /** One that holds no descriptor, with the mounts of this machine. */
    static Contained withoutDescriptors() throws IOException {
        return new Contained(false, "bare");
    }

    /** One that has nothing but mounts of its own. */
    static Contained withOnlyMounts() throws IOException {
        return new Contained(true, "mounts");
    }

    /** One with a connected UDP socket and a TCP connection to itself in a network of its own. */
    static Contained withConnectedSockets() throws IOException {
        return new Contained(true, "sockets");
    }

    /** One with a file system of a kind that can not be dumped, at /ram. */
    static Contained withRamfs() throws IOException {
        return new Contained(true, "ramfs");
    }

    /** One whose mount at /outside follows that of a directory of this machine. */
    static Contained withMountThatFollows(Path directory) throws IOException {
        return new Contained(true, "", Map.of("OUTSIDE", directory.toString()));
    }

    /** The same, but what is mounted on the one shows on the other too. */
    static Contained withSharedMount(Path directory) throws IOException {
        return new Contained(true, "shared", Map.of("OUTSIDE", directory.toString()));
    }

    /** One that has mapped a file of /outside, and has it open no more. */
    static Contained withMappedFile() throws IOException {
        return new Contained(true, "mapped");
    }

    int pid() {
        return pid;
    }

    Path root() {
        return root;
    }

    Path images() {
        return images;
    }

    private Path report() {
        return root.resolve("report");
    }

    /** What it says of itself but for the counter; the mounts are sorted. */
    List<String> tells() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(report()));
        lines.remove(0);
        lines.sort(null);
        return lines;
    }

    long count() {
        try {
            return Long.parseLong(Files.readAllLines(report()).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it goes on to count. */
    boolean counts() {
        long before = count();
        return Eventually.holds(LIMIT, () -> count() > before);
    }

    Execution dump(String... options) throws IOException {
        return godwit(List.of("dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    Execution restore(String... options) throws IOException {
        Path pidfile = directory.resolve("pid");
        Files.deleteIfExists(pidfile);
        Execution restore =
                godwit(List.of("restore", "-d", "-D", images.toString(), "--pidfile", pidfile.toString()), options);
        if (restore.code() == 0) {
            pid = Integer.parseInt(Files.readString(pidfile));
        }
        return restore;
    }

    /** The same with a file that is passed on under a name. */
    Execution restoreWith(String file, String name, String... options) throws IOException {
        Path pidfile = directory.resolve("pid");
        Files.deleteIfExists(pidfile);
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 7<" + file, "sh", GODWIT, "restore", "-d"));
        command.addAll(List.of("-D", images.toString(), "--pidfile", pidfile.toString()));
        command.addAll(List.of("--inherit-fd", "fd[7]:" + name));
        command.addAll(List.of(options));
        Execution restore = Execution.of(LIMIT, command).succeeded();
        pid = Integer.parseInt(Files.readString(pidfile));
        return restore;
    }

    static Execution godwit(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(GODWIT));
        all.addAll(command);
        all.addAll(Arrays.asList(options));
        return Execution.of(LIMIT, all);
    }

    /** Whether it can connect to its own socket. */
    boolean connects() throws IOException {
        Path answer = root.resolve("connected");
        Files.deleteIfExists(answer);
        Files.createFile(root.resolve("connect"));
        return Eventually.holds(LIMIT, () -> {
            try {
                return Files.readString(answer).equals("yes");
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** Whether the program that started it has buried it. */
    boolean isGone() throws IOException {
        return Eventually.holds(LIMIT, () -> !starter.isAlive());
    }

    /**
     * Whether nobody has the pids of the images any more, which are those of this machine. Init buries the children in its own time; a session and
     * a process group keep the pid of their leader until then.
     */
    boolean leavesItsPids() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            List<Path> tasks = files.map(file -> CORE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Path.of("/proc", name.group(1)))
                    .toList();
            return Eventually.holds(LIMIT, () -> tasks.stream().noneMatch(Files::exists));
        }
    }

    /** Whether a process of this machine executes the program of the tree. */
    boolean hasProcesses() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().command().stream())
                .anyMatch(command -> command.startsWith(root.toString()) || command.equals("/inside"));
    }

    @Override
    public void close() throws IOException {
        ProcessHandle.of(pid).ifPresent(tree -> {
            // without a pid namespace of its own it does not end as a whole
            List<ProcessHandle> below = tree.descendants().toList();
            tree.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        });
        starter.destroyForcibly();
        Eventually.holds(LIMIT, () -> !hasProcesses());
        Victim.deleteTree(directory);
    }
}
