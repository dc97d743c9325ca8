package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The victim {@code cgroups} in cgroups of its own, which is dumped and restored on a host; and others, for it to come into. Register it
 * as an extension; it is made anew for each test, and not started.
 */
final class CgroupTree implements BeforeEachCallback, AfterEachCallback {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Host host;
    private final TestCgroups cgroups = new TestCgroups("godwit-it");
    private final TestCgroups elsewhere = new TestCgroups("godwit-other");
    private Path images;
    private Victim victim;
    private int pid;

    CgroupTree(Host host) {
        this.host = host;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        pid = 0;
        cgroups.make();
        images = Files.createTempDirectory("godwit-images-");
        victim = Victim.of("cgroups");
    }

    TestCgroups cgroups() {
        return cgroups;
    }

    TestCgroups elsewhere() {
        return elsewhere;
    }

    Path images() {
        return images;
    }

    Victim victim() {
        return victim;
    }

    int pid() {
        return pid;
    }

    boolean lives() {
        return host.lives(pid);
    }

    /** Starts the victim where it finds itself told to be, or else where the host is. */
    void spawn() throws IOException {
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    /** Starts the victim in the cgroups, its child in those below, and its thread below in one hierarchy. */
    void start() throws IOException {
        Files.writeString(victim.directory().resolve("process"), cgroups.lists("", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("child"), cgroups.lists("sub", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("thread"), cgroups.file("cpu", "sub/tasks") + "\n");
        spawn();
    }

    /** Gives the cgroups properties of many kinds; tells what they are by {@link #all}. */
    List<String> setAll() throws IOException {
        cgroups.set("cpu", "cpu.shares", "300");
        cgroups.set("cpu", "cpu.cfs_quota_us", "90000");
        cgroups.set("memory", "memory.limit_in_bytes", "120000000");
        cgroups.set("memory", "memory.swappiness", "17");
        cgroups.set("memory", "sub/memory.soft_limit_in_bytes", "60000000");
        cgroups.set("memory", "memory.oom_control", "1");
        cgroups.set("pids", "pids.max", "3");
        cgroups.set("devices", "sub/devices.deny", "a");
        cgroups.set("devices", "sub/devices.allow", "c 1:* rwm");
        cgroups.set("devices", "sub/devices.allow", "c 5:2 rw");
        cgroups.set("unified", "cgroup.max.descendants", "5");
        return all();
    }

    List<String> all() throws IOException {
        List<String> values = new ArrayList<>();
        for (String property : List.of("cpu.shares", "cpu.cfs_quota_us", "sub/cpu.shares")) {
            values.add(property + "=" + cgroups.get("cpu", property));
        }
        for (String property : List.of(
                "memory.limit_in_bytes", "memory.swappiness", "sub/memory.soft_limit_in_bytes", "memory.oom_control")) {
            values.add(property + "=" + cgroups.get("memory", property));
        }
        values.add(cgroups.get("pids", "pids.max"));
        values.add(cgroups.get("cpuset", "cpuset.cpus") + " " + cgroups.get("cpuset", "sub/cpuset.cpus"));
        values.add(cgroups.get("devices", "sub/devices.list"));
        values.add(cgroups.get("unified", "cgroup.max.descendants"));
        return values;
    }

    /** What the victim found, without the numbers of the hierarchies. */
    List<String> where(String who) throws IOException {
        return Files.readAllLines(victim.directory().resolve(who + ".after")).stream()
                .map(line -> line.substring(line.indexOf(':') + 1))
                .toList();
    }

    static List<String> everywhere(String path) {
        return TestCgroups.HIERARCHIES.stream()
                .map(name -> switch (name) {
                    case "systemd" -> "name=systemd:" + path;
                    case "unified" -> ":" + path;
                    default -> name + ":" + path;
                })
                .toList();
    }

    Execution dump(String... options) throws IOException {
        return run(List.of(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    Execution restore(String... options) throws IOException {
        return run(List.of(GODWIT, "restore", "-d", "-D", images.toString()), options);
    }

    private Execution run(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    void awaitGone() {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone after the dump", pid)
                .isTrue();
    }

    /** What is left of a tree ends by itself when it is told to go on. */
    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        victim.letGo();
        host.kill(pid);
        awaitGone();
        cgroups.close();
        elsewhere.close();
        victim.close();
        Victim.deleteTree(images);
    }
}
