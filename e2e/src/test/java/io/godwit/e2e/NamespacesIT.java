package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Trees with namespaces of their own go through image files, and see the same afterwards. */
class NamespacesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] LEFT_OUT = {"--external", "mnt[/outside]:etc"};

    @Test
    void namesPidsAndSettingsAreThoseOfTheNamespaces() throws IOException {
        try (Contained tree = Contained.withOurMounts()) {
            List<String> before = tree.tells();
            tree.dump().succeeded();
            assertThat(tree.isGone()).isTrue();
            long count = tree.count();
            tree.restore().succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.count()).as("it went on where it was").isBetween(count, count + 10_000);
            assertThat(tree.tells()).isEqualTo(before).contains("host inside", "domain example");
        }
    }

    @Test
    void mountsAndWhatIsInThemAreAsBefore() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            tree.dump(LEFT_OUT).succeeded();
            assertThat(tree.isGone()).isTrue();
            tree.restore(given(tree)).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells())
                    .isEqualTo(before)
                    .contains("kept from the tmpfs at 5", "removed removed")
                    .anyMatch(line -> line.startsWith("mount /  rw,nosuid,nodev,noatime "));
            assertThat(tree.connects()).isTrue();
        }
    }

    @Test
    void aNetworkNamespaceThatStaysOutsideIsEnteredAgain() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            String network = network(tree);
            String name = tree.images().getParent().getFileName().toString();
            Execution.of(LIMIT, List.of("ip", "netns", "attach", name, "" + tree.pid()))
                    .succeeded();
            try {
                String outside = network.replace(":", "") + ":outside";
                tree.dump(LEFT_OUT[0], LEFT_OUT[1], "--external", outside).succeeded();
                assertThat(tree.isGone()).isTrue();
                assertThat(tree.restore(given(tree)).output()).contains("--inherit-fd fd[N]:outside");
                tree.restoreWith("/run/netns/" + name, "outside", given(tree)).succeeded();

                assertThat(tree.counts()).isTrue();
                assertThat(network(tree)).isEqualTo(network);
                assertThat(tree.tells()).isEqualTo(before);
                assertThat(tree.connects()).isTrue();
            } finally {
                Execution.of(LIMIT, List.of("ip", "netns", "delete", name)).succeeded();
            }
        }
    }

    @Test
    void whatElseIsInANetworkIsNamed() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            inside(tree, "-n", "sysctl", "-w", "net.ipv4.ip_unprivileged_port_start=7")
                    .succeeded();
            inside(tree, "-n", "ip", "address", "add", "10.9.8.7/32", "dev", "lo")
                    .succeeded();
            inside(tree, "-n", "ip", "-6", "route", "add", "unreachable", "2001::/16")
                    .succeeded();
            Execution dump = tree.dump(LEFT_OUT);

            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("addresses of IPv4 beside 127.0.0.1", "(and 2 more such)");
            assertThat(tree.counts()).isTrue();
        }
    }

    private static String network(Contained tree) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + tree.pid() + "/ns/net"))
                .toString();
    }

    @Test
    void aTreeThatWasRestoredIsDumpedAgain() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            for (int time = 0; time < 2; time++) {
                tree.dump(LEFT_OUT).succeeded();
                assertThat(Eventually.holds(LIMIT, () -> !tree.hasProcesses())).isTrue();
                tree.restore(given(tree)).succeeded();
                assertThat(tree.counts()).isTrue();
            }
            assertThat(tree.tells()).isEqualTo(before);
        }
    }

    @Test
    void aTreeRunsOnAfterADumpThatLeavesIt() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            List<String> before = tree.tells();
            tree.dump("--leave-running", LEFT_OUT[0], LEFT_OUT[1]).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells()).isEqualTo(before);
        }
    }

    @Test
    void aMountThatCanNotBeMadeAgainIsNamed() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            Execution dump = tree.dump();

            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("mount /outside: a mount of ", "--external mnt[/outside]:NAME");
            assertThat(tree.counts()).isTrue();
        }
    }

    @Test
    void objectsOfSystemVAreNamed() throws IOException {
        try (Contained tree = Contained.withOurMounts()) {
            inside(tree, "-i", "ipcmk", "-Q").succeeded();
            Execution dump = tree.dump();

            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("it holds 1 message queues of System V");
            assertThat(tree.counts()).isTrue();
        }
    }

    @Test
    void aProcessThatCameFromOutsideIsNamed() throws IOException {
        try (Contained tree = Contained.withOurMounts()) {
            Process stranger = new ProcessBuilder("nsenter", "-t", "" + tree.pid(), "-p", "cat").start();
            try {
                assertThat(Eventually.holds(
                                LIMIT, () -> stranger.descendants().findAny().isPresent()))
                        .isTrue();
                Execution dump = tree.dump();

                assertThat(dump.code()).isEqualTo(1);
                assertThat(dump.output()).contains("it has entered the tree's pid namespace from outside");
                assertThat(tree.counts()).isTrue();
            } finally {
                stranger.descendants().forEach(ProcessHandle::destroyForcibly);
                stranger.destroyForcibly();
            }
        }
    }

    @Test
    void nothingIsLeftOfARestoreThatFails() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            tree.dump(LEFT_OUT).succeeded();
            assertThat(tree.isGone()).isTrue();
            List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
            Files.delete(tree.root().resolve("outside"));
            Execution restore = tree.restore(given(tree));

            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("cannot mount /outside", "No such file or directory");
            assertThat(tree.hasProcesses()).isFalse();
            assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
        }
    }

    @Test
    void aMountFromOutsideThatIsNotGivenIsNamed() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            tree.dump(LEFT_OUT).succeeded();
            Execution restore = tree.restore("--root", tree.root().toString());

            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("mount /outside comes from outside", "--external mnt[etc]:PATH");
        }
    }

    @Test
    void noLinkLeadsTheRestoreOutOfTheRoot() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            tree.dump(LEFT_OUT).succeeded();
            Path decoy = tree.images().resolve("decoy");
            Files.move(tree.root().resolve("inside"), decoy);
            Files.createSymbolicLink(tree.root().resolve("inside"), decoy);
            Execution restore = tree.restore(given(tree));

            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("cannot open /inside", "No such file or directory");
        }
    }

    @Test
    void aTreeWithoutDescriptorsIsRestored() throws IOException {
        try (Contained tree = Contained.withoutDescriptors()) {
            List<String> before = tree.tells();
            tree.dump().succeeded();
            assertThat(tree.isGone()).isTrue();
            tree.restore().succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells()).isEqualTo(before);
        }
    }

    @Test
    void aTreeMayHaveNothingButMountsOfItsOwn() throws IOException {
        try (Contained tree = Contained.withOnlyMounts()) {
            List<String> before = ofFiles(tree);
            tree.dump(LEFT_OUT).succeeded();
            assertThat(tree.leavesItsPids()).isTrue();
            tree.restore(given(tree)).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(ofFiles(tree)).isEqualTo(before).contains("kept from the tmpfs at 5");
        }
    }

    private static List<String> ofFiles(Contained tree) throws IOException {
        return tree.tells().stream().filter(line -> !line.startsWith("pid ")).toList();
    }

    @Test
    void connectionsAreRefusedOrLetGo() throws IOException {
        try (Contained tree = Contained.withConnectedSockets()) {
            List<String> before = tree.tells();
            Execution kept = tree.dump("--tcp-established", LEFT_OUT[0], LEFT_OUT[1]);
            assertThat(kept.code()).isEqualTo(1);
            assertThat(kept.output()).contains("can not be kept by a tree with a pid or network namespace of its own");
            assertThat(tree.counts()).isTrue();

            tree.dump("--tcp-close", LEFT_OUT[0], LEFT_OUT[1]).succeeded();
            assertThat(tree.isGone()).isTrue();
            String[] given = given(tree);
            tree.restore("--tcp-close", given[0], given[1], given[2], given[3]).succeeded();

            assertThat(tree.counts()).isTrue();
            assertThat(tree.tells()).isEqualTo(before).contains("datagrams to 7777");
        }
    }

    @Test
    void aRestoreThatFailsLeavesNoFileInTheRoot() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            tree.dump(LEFT_OUT).succeeded();
            assertThat(tree.isGone()).isTrue();
            Path program = tree.root().resolve("inside");
            Path away = tree.images().resolve("inside");
            Files.move(program, away);
            List<Path> before = content(tree.root());
            assertThat(tree.restore(given(tree)).output()).contains("cannot open /inside");
            assertThat(content(tree.root())).isEqualTo(before);

            Files.move(away, program);
            tree.restore(given(tree)).succeeded();
            assertThat(tree.counts()).isTrue();
        }
    }

    private static List<Path> content(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void critReadsEveryImage() throws IOException {
        try (Contained tree = Contained.withOwnMounts()) {
            tree.dump(LEFT_OUT).succeeded();
            try (Stream<Path> files = Files.list(tree.images())) {
                for (Path file : files.filter(NamespacesIT::isDescribed).toList()) {
                    Execution.of(LIMIT, List.of("crit", "show", file.toString()))
                            .succeeded();
                }
            }
            Contained.godwit(List.of("image", "verify", tree.images().toString()))
                    .succeeded();
            assertThat(Contained.godwit(List.of("image", "show", tree.images() + "/mountpoints-13.img"))
                            .succeeded()
                            .output())
                    .contains("mountpoint: /dev/mqueue");
        }
    }

    private static boolean isDescribed(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".img") && !name.startsWith("pages-") && !name.endsWith(".tar.gz.img");
    }

    private static String[] given(Contained tree) {
        return new String[] {"--root", tree.root().toString(), "--external", "mnt[etc]:/etc"};
    }

    private static Execution inside(Contained tree, String namespace, String... command) throws IOException {
        List<String> all = Stream.concat(Stream.of("nsenter", "-t", "" + tree.pid(), namespace), Stream.of(command))
                .toList();
        return Execution.of(LIMIT, all);
    }
}
