package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's libcriu finds in Godwit the CRIU that it knows, as a worker of its own and as a service. */
class RpcIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static NamespaceHost host;
    private static RpcService service;

    @TempDir
    private Path images;

    private enum Way {
        WORKER,
        SERVICE;

        Libcriu client() {
            return this == WORKER ? Libcriu.startingWorkers(host) : Libcriu.connecting(host, service.socket());
        }
    }

    @BeforeAll
    static void start() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
        service = RpcService.start(host);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        host.close();
    }

    @ParameterizedTest
    @EnumSource
    void itKnowsItsVersionItsFeaturesAndItsKernel(Way way) throws IOException {
        assertThat(way.client().ask("version").succeeded().output()).isEqualTo("result 40200\n");
        assertThat(way.client().ask("features").succeeded().output())
                .isEqualTo("mem_track 1 lazy_pages 1 pidfd_store 0\nresult 0\n");
        assertThat(way.client().ask("check").succeeded().output()).isEqualTo("result 0\n");
    }

    /** As a container runtime does, which has the master itself; the session gets the new terminal as its controlling one. */
    @ParameterizedTest
    @EnumSource
    void theClientGetsTheMasterOfATerminalThatWasSomebodyElses(Way way) throws Exception {
        try (Victim victim = Victim.of("terminal")) {
            Path pidfile = victim.directory().resolve("pid");
            String job = "stty rows 33 cols 77; echo $$ >" + pidfile + "; exec " + String.join(" ", victim.command());
            Process owner = host.start(images.resolve("script.log"), "script", "-qfc", job, "/dev/null");
            victim.awaitReady();
            int pid = Integer.parseInt(Files.readString(pidfile).strip());

            Execution refused = way.client().ask("dump", pid, images);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(log("dump.log")).contains("a terminal that a process outside of the tree made");
            way.client().ask("dump", pid, images, "orphans").succeeded();
            awaitEnd(pid);
            assertThat(Eventually.holds(LIMIT, () -> !owner.isAlive())).isTrue();
            assertThat(way.client().ask("restore", images).code()).isEqualTo(1);
            assertThat(log("restore.log")).contains("/dev/pts/", "--shell-job");
            String refusal = "refuse=orphan-pts-master";
            assertThat(way.client()
                            .ask("restore", images, "orphans", "notify", refusal)
                            .code())
                    .isEqualTo(1);
            // libcriu does not wait for the answer of a request that it has refused
            assertThat(Eventually.holds(LIMIT, () -> log("restore.log").contains("--shell-job")))
                    .isTrue();
            assertThat(log("restore.log")).contains("the client refused at the stage orphan-pts-master");

            Future<Execution> restore = CompletableFuture.supplyAsync(
                    () -> asked(way.client(), "restore", images, "orphans", "notify", "type=typed!"));
            assertThat(Eventually.holds(LIMIT, () -> log("restore.log").contains("Tasks resumed")))
                    .isTrue();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(restore.get().succeeded().output().lines())
                    .containsSubsequence("notify pre-restore", "notify orphan-pts-master", "notify pre-resume")
                    .contains("size 33 77", "terminal says written by the restored job");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTreeIsTheSameAfterDumpAndRestore(Way way) throws IOException {
        try (Victim victim = Victim.of("pipes")) {
            int pid = spawn(victim);
            List<String> before = Picture.of(host, pid);

            Execution dump = way.client().ask("dump", pid, images, "notify").succeeded();
            assertThat(dump.output().lines())
                    .containsExactly("notify pre-dump", "notify query-ext-files", "notify post-dump", "result 0");
            awaitEnd(pid);
            Execution restore = way.client().ask("restore", images, "notify").succeeded();
            assertThat(restore.output().lines())
                    .containsExactly(
                            "notify pre-restore",
                            "notify post-restore " + pid,
                            "notify pre-resume",
                            "notify post-resume",
                            "result " + pid);

            List<String> after = Picture.of(host, pid);
            assertSoftly(softly -> {
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
                softly.assertThat(images.resolve("dump.log")).content().contains("Dumping finished successfully");
                softly.assertThat(images.resolve("restore.log")).content().contains("Restore finished successfully");
            });
        }
    }

    /** Debian's libcriu can not ask for it. */
    @Test
    void memoryIsServedWhenARequestSaysSo() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            host.exec("ip", "link", "set", "lo", "up").succeeded();
            List<String> command = List.of(
                    "python3",
                    Checkout.file("e2e/src/test/python/external_files.py").toString(),
                    Checkout.file("deploy/criu").toString(),
                    "" + pid,
                    images.toString(),
                    "lazy=9874");
            try (Background client =
                    Background.start(host::start, images.resolve("client.log"), "notify status-ready", command)) {
                host.exec("python3", PageSpeaker.SCRIPT, "fetch", images.toString(), "127.0.0.1", "9874", "32")
                        .succeeded();
                assertThat(client.code()).isZero();
                // Netty finds no address of hardware on this host, and says so too
                assertThat(client.says().lines().filter(line -> line.matches("(notify|status|dumped).*")))
                        .containsExactly(
                                "notify pre-dump",
                                "notify query-ext-files",
                                "notify post-dump",
                                "status 00",
                                "notify status-ready",
                                "dumped");
            }
            awaitEnd(pid);
            Way.WORKER.client().ask("restore", images).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** libcriu gives 1 to the one that is restored, and 0 to the one that was left running. */
    @ParameterizedTest
    @EnumSource
    void aClientCanHaveItselfDumped(Way way) throws IOException {
        Path told = images.resolve("told");
        int pid = way.client().spawn(images, "dump-self", images, told);
        awaitEnd(pid);
        // the client goes before its worker has told of it
        assertThat(Eventually.holds(LIMIT, () -> log("dump.log").contains("Dumping finished successfully")))
                .isTrue();
        assertThat(told).doesNotExist();

        Way.WORKER.client().ask("restore", images).succeeded();

        assertThat(Eventually.holds(LIMIT, () -> Files.exists(told))).isTrue();
        assertThat(told).hasContent("result 1 secret kept");
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatHadItselfDumpedCanRunOn(Way way) throws IOException {
        Path told = images.resolve("told");
        way.client().spawn(images, "dump-self", images, told, "leave-running");

        assertThat(Eventually.holds(LIMIT, () -> Files.exists(told))).isTrue();
        assertThat(told).hasContent("result 0 secret kept");
    }

    @Test
    void aClientNamesExternalFilesWhenItIsAsked() throws IOException {
        String client = Checkout.file("e2e/src/test/python/external_files.py").toString();
        String criu = Checkout.file("deploy/criu").toString();
        try (Victim victim = Victim.of("latency")) {
            int pid = spawn(victim);
            String[] none = {"python3", client, criu, "" + pid, images.toString()};
            assertThat(host.exec(none).output()).contains("notify query-ext-files", "failed: ", "/dev/cpu_dma_latency");
            assertThat(host.runs(pid)).isTrue();

            String key = key(pid, "/dev/cpu_dma_latency");
            assertThat(host.exec("python3", client, criu, "" + pid, images.toString(), key)
                            .succeeded()
                            .output()
                            .lines())
                    .containsExactly("notify pre-dump", "notify query-ext-files", "notify post-dump", "dumped");
            awaitEnd(pid);

            // the number that the victim had written, into the device that its restore is given
            String restore = "exec 5<>/dev/cpu_dma_latency; printf '\\x31\\xd4\\x00\\x00' >&5;"
                    + " exec %s restore -d -D %s --inherit-fd 'fd[5]:%s'".formatted(criu, images, key);
            host.exec("bash", "-c", restore).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** As {@code --external} names what a process has open: the mount and the inode in hexadecimal. */
    private static String key(int pid, String path) throws IOException {
        String script = "cd /proc/%d; for fd in fd/*; do [ $(readlink $fd) != %s ] || break; done;".formatted(pid, path)
                + " printf 'file[%x:%x]' $(sed -n 's/mnt_id:\t//p' fdinfo/${fd#fd/}) $(stat -L -c %i $fd)";
        return host.exec("bash", "-c", script).succeeded().output();
    }

    @Test
    void aTreeCanBeLeftRunning() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim);
            Way.WORKER.client().ask("dump", pid, images, "leave-running").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "refuse=pre-dump",
                "refuse=query-ext-files",
                "refuse=post-dump",
                "leave=pre-dump",
                "leave=post-dump"
            })
    void aTreeRunsOnWhenTheClientRefusesOrLeaves(String how) throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim);
            Execution dump = Way.SERVICE.client().ask("dump", pid, images, "notify", how);

            assertThat(dump.code()).as(dump.output()).isNotZero();
            assertThat(Eventually.holds(LIMIT, () -> log("dump.log").contains("Dumping FAILED")))
                    .isTrue();
            assertThat(host.runs(pid)).isTrue();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse=pre-restore", "refuse=post-restore", "leave=post-restore"})
    void nothingIsLeftOfARestoreThatTheClientRefusesOrLeaves(String how) throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim);
            Way.WORKER.client().ask("dump", pid, images).succeeded();
            awaitEnd(pid);

            assertThat(Way.SERVICE
                            .client()
                            .ask("restore", images, "notify", how)
                            .code())
                    .isNotZero();
            assertThat(Eventually.holds(LIMIT, () -> log("restore.log").contains("Restoring FAILED")))
                    .isTrue();
            awaitEnd(pid);

            Way.SERVICE.client().ask("restore", images).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** EBADE is what libcriu makes of a refusal; the second number is the reason: EEXIST, ESRCH, EBADRQC. */
    @ParameterizedTest
    @EnumSource
    void aRefusalHasItsReason(Way way) throws IOException {
        try (Victim victim = Victim.of("pipes")) {
            int pid = spawn(victim);
            assertThat(way.client().ask("dump", pid, "fd:999").output()).isEqualTo("failed -52 errno 56\n");
            assertThat(way.client().ask("dump", pid, "fd:1").output()).isEqualTo("failed -52 errno 56\n");
            assertThat(way.client().ask("dump", 4_000_000, images).output()).isEqualTo("failed -52 errno 3\n");
            way.client().ask("dump", pid, images, "leave-running").succeeded();
            assertThat(way.client().ask("restore", images).output()).isEqualTo("failed -52 errno 17\n");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** libcriu ends its worker before it waits, so that the root has the client for a parent. */
    @Test
    void aRestoredRootCanBeAChildOfTheClient() throws Exception {
        try (Victim victim = Victim.of("counter")) {
            int pid = spawn(victim);
            Way.WORKER.client().ask("dump", pid, images).succeeded();
            awaitEnd(pid);
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<Execution> client =
                        other.submit(() -> Way.WORKER.client().ask("restore-child", images));
                assertThat(Eventually.holds(LIMIT, () -> log("restore.log").contains("Tasks resumed")))
                        .isTrue();
                assertThat(victim.verdict()).isEqualTo("pass");
                assertThat(client.get().succeeded().output().lines())
                        .containsExactly("result " + pid, "child status 0");
            } finally {
                other.shutdown();
            }
        }
    }

    private static int spawn(Victim victim) throws IOException {
        int pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    private static Execution asked(Libcriu client, Object... words) {
        try {
            return client.ask(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(int pid) {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone", pid)
                .isTrue();
    }

    private String log(String name) {
        try {
            Path file = images.resolve(name);
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
