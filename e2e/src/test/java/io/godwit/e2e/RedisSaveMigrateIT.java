package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A redis moves while its child, which shares its memory by copy-on-write, saves what there was at the fork. */
class RedisSaveMigrateIT {
    private static final Percentage TOLERANCE = Percentage.withPercentage(10);
    private static final Pattern MEMORY = Pattern.compile("\"traffic\":\\{\"memory_bytes\":(\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final int KEYS = 100_000;
    private static final int LATER_KEYS = 1_000;
    /** Of as many keys the parent writes one while the child saves. */
    private static final int STRIDE = 20;
    /** The child sleeps as many microseconds for each key: it would save for minutes, were it not woken in the end. */
    private static final int DELAY = 2_000;

    /** The marks of values from before the fork and from after it. */
    private static final String OLD = "a";

    private static final String NEW = "b";

    /** Tells its key and mark all along its 1000 bytes; memory of values of more than a page is given back by the child once saved. */
    private static final String VALUE =
            "local function value(i, mark) return string.rep(string.format('%09d', i) .. mark, 100) end ";

    /** From, to, step, mark. */
    private static final String WRITE =
            VALUE + "for i = ARGV[1], ARGV[2], ARGV[3] do redis.call('set', 'key:' .. i, value(i, ARGV[4])) end";

    /** Counts keys that have another value. To, and the mark of those that the parent wrote while the child saved. */
    private static final String COUNT_WRONG = VALUE + String.format("""
                    local wrong = 0
                    for i = 1, ARGV[1] do
                        local mark = (i %% %d == 0 or i > %d) and ARGV[2] or '%s'
                        if redis.call('get', 'key:' .. i) ~= value(i, mark) then wrong = wrong + 1 end
                    end
                    return wrong""", STRIDE, KEYS, OLD);

    @RegisterExtension
    private static final TwoHosts hosts = new TwoHosts();

    @TempDir
    private Path directory;

    @Test
    void aRedisThatSavesSharesItsMemoryWithItsChildOnTheOtherHostAndTheSaveEndsWell() throws IOException {
        try (Redis source = Redis.start(hosts.source(), directory, socketOfEachHost())) {
            source.eval(WRITE, 1, KEYS, 1, OLD);
            int child = save(source);
            source.eval(WRITE, STRIDE, KEYS, STRIDE, NEW);
            source.eval(WRITE, KEYS + 1, KEYS + LATER_KEYS, 1, NEW);

            try (Redis target = migrate(source, child)) {
                assertWhole(target);
                assertSaved(target, child);
                assertWhole(target);
            }
        }
    }

    /** A path at which the target's agent does not find the source's redis. */
    private Path socketOfEachHost() throws IOException {
        Path sockets = Files.createDirectory(directory.resolve("sockets"));
        for (Host host : List.of(hosts.source(), hosts.target())) {
            host.exec("mount", "-t", "tmpfs", "none", sockets.toString()).succeeded();
        }
        return sockets.resolve("redis");
    }

    /** Returns the child that saves from now on. */
    private static int save(Redis redis) throws IOException {
        redis.ask("CONFIG", "SET", "rdb-key-save-delay", "" + DELAY);
        redis.ask("BGSAVE");
        assertThat(redis.saves()).as("it saves").isTrue();
        Set<Integer> tree = Processes.of(redis.host(), redis.pid());
        assertThat(tree).as("a redis and its child").hasSize(2).contains(redis.pid());
        tree.remove(redis.pid());
        return tree.iterator().next();
    }

    private static Redis migrate(Redis source, int child) throws IOException {
        int pid = source.pid();
        long treeKib = Processes.memoryKib(hosts.source(), pid);
        Processes.Anonymous ofParent = Processes.anonymous(hosts.source(), pid);
        Processes.Anonymous ofChild = Processes.anonymous(hosts.source(), child);

        String stack = Processes.stack(hosts.source(), child);
        assertThat(stack).as("it has grown since the fork").isNotEqualTo(Processes.stack(hosts.source(), pid));

        Execution migration = hosts.migrate(pid, "--json");
        assertThat(migration.code())
                .as("%s\nthe agent: %s", migration.output(), hosts.agentSays())
                .isZero();

        Redis target = source.movedTo(hosts.target());
        assertAlike(Processes.anonymous(hosts.target(), pid), ofParent);
        assertAlike(Processes.anonymous(hosts.target(), child), ofChild);
        assertThat(Processes.memoryKib(hosts.target(), pid))
                .as("KiB of the tree")
                .isCloseTo(treeKib, TOLERANCE);
        assertThat(memoryBytes(migration) / 1024).as("KiB handed over").isCloseTo(treeKib, TOLERANCE);
        assertThat(Processes.stack(hosts.target(), child))
                .as("one mapping, as who asks for the size of a stack takes what is mapped below for its end")
                .isEqualTo(stack);
        assertThat(target.saves()).as("it saves when all this was seen").isTrue();
        assertThat(hosts.source().lives(pid)).as("runs on host-a").isFalse();
        assertThat(hosts.source().lives(child)).as("saves on host-a").isFalse();
        return target;
    }

    private static void assertAlike(Processes.Anonymous after, Processes.Anonymous before) {
        assertThat(after.sharedKib()).as("KiB shared").isCloseTo(before.sharedKib(), TOLERANCE);
        assertThat(after.pssKib()).as("KiB of Pss").isCloseTo(before.pssKib(), TOLERANCE);
    }

    /** With what was written while the child saved. */
    private static void assertWhole(Redis redis) {
        assertThat(redis.ask("DBSIZE")).isEqualTo("" + (KEYS + LATER_KEYS));
        assertThat(redis.eval(COUNT_WRONG, KEYS + LATER_KEYS, NEW))
                .as("values that are wrong")
                .isEqualTo("0");
    }

    /** Without what was written while the child saved. */
    private void assertSaved(Redis redis, int child) throws IOException {
        wakeUntilItEnds(redis.host(), child);
        assertThat(Eventually.holds(LIMIT, () -> !redis.saves()))
                .as("the child ends")
                .isTrue();
        assertThat(redis.persistence("rdb_last_bgsave_status")).isEqualTo("ok");
        assertThat(redis.persistence("rdb_saves")).isEqualTo("1");
        assertThat(redis.host().runs(child)).as("its pid is taken").isFalse();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString).filter(name -> name.endsWith(".rdb")))
                    .containsExactly("dump.rdb");
        }

        Path copy = Files.createDirectory(directory.resolve("copy"));
        Files.copy(directory.resolve("dump.rdb"), copy.resolve("dump.rdb"));
        try (Redis reader = Redis.start(redis.host(), copy, copy.resolve("redis"))) {
            assertThat(reader.ask("DBSIZE")).isEqualTo("" + KEYS);
            assertThat(reader.eval(COUNT_WRONG, KEYS, OLD))
                    .as("values saved that are wrong")
                    .isEqualTo("0");
        }
    }

    /**
     * The handler of SIGTERM that it has from its parent ends nothing in a child but the sleep that it interrupts. It writes to the log, so a
     * child that gets one after the other does nothing else.
     */
    private static void wakeUntilItEnds(Host host, int child) throws IOException {
        host.exec("perl", "-e", "while (kill 'TERM', " + child + ") { select(undef, undef, undef, 0.0002) }");
    }

    private static long memoryBytes(Execution migration) {
        Matcher matcher = MEMORY.matcher(migration.output());
        assertThat(matcher.find()).as(migration.output()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
