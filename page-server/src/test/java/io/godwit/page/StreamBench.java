package io.godwit.page;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.server.PageServer;
import io.godwit.page.server.TargetSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the page stream between two JVMs with the launcher's flags, beside a plain TCP stream between the
 * same two. {@code deploy/bench stream} runs it.
 */
public final class StreamBench {
    private static final int RAW_WRITE_BYTES = 1 << 20;
    private static final int REPEATS = 3;

    private final Process server;
    private final int rawPort;
    private final int port;
    private final long bytes;
    private int streams;

    private StreamBench(Process server, int rawPort, int port, long bytes) {
        this.server = server;
        this.rawPort = rawPort;
        this.port = port;
        this.bytes = bytes;
    }

    /** {@code DIRECTORY MIB} measures; {@code server DIRECTORY} is the other JVM. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            serve(Path.of(arguments[1]));
        } else {
            measure(Path.of(arguments[0]), Long.parseLong(arguments[1]) << 20);
        }
    }

    private static void measure(Path directory, long bytes) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(StreamBench.class.getName(), "server", directory.toString()));
        Process server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
                var asks = server.outputWriter(StandardCharsets.UTF_8)) {
            StreamBench bench = new StreamBench(
                    server, Integer.parseInt(said.readLine()), Integer.parseInt(said.readLine()), bytes);
            System.out.printf("%d MiB at a time, %d times each%n", bytes >> 20, REPEATS);
            BenchMemory incompressible = BenchMemory.incompressible();
            BenchMemory keyValues = BenchMemory.ofKeyValueStore();
            for (int i = 0; i < REPEATS; i++) {
                bench.raw();
                bench.stream("incompressible memory", incompressible);
                bench.stream("memory of a key-value store", keyValues);
            }
            System.out.printf("most memory of the source's JVM %d MiB%n", peakMib());
            asks.write("peak\n");
            asks.flush();
            System.out.printf("most memory of the target's JVM %s MiB%n", said.readLine());
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private void raw() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(RAW_WRITE_BYTES);
        Clock clock = new Clock();
        try (SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", rawPort))) {
            for (long at = 0; at < bytes; at += RAW_WRITE_BYTES) {
                buffer.clear();
                while (buffer.hasRemaining()) {
                    socket.write(buffer);
                }
            }
            socket.shutdownOutput();
            socket.read(buffer.clear());
        }
        clock.report("raw TCP, writes of 1 MiB", "");
    }

    private void stream(String what, BenchMemory memory) throws IOException {
        String id = "bench-" + streams++;
        try (TargetConnection target = NettyTargetConnection.connect("127.0.0.1", port, id, false)) {
            Clock clock = new Clock();
            try (SnapshotSink round = target.round(0)) {
                try (PageSink pages = round.pages(new PagemapId(PagemapId.Kind.TASK, 1))) {
                    memory.into(pages, bytes);
                }
                round.finish();
            }
            clock.report(what, ", " + target.counters().wireBytes() * 100 / bytes + " % of it on the wire");
            remove(target);
        }
    }

    /** When the target has told that it failed, nothing of the rounds is left to be removed while the next stream runs. */
    private static void remove(TargetConnection target) throws IOException {
        try {
            target.restore();
        } catch (TargetException e) {
            if (!e.getMessage().endsWith(NoTree.REFUSAL)) {
                throw e;
            }
        }
    }

    /** Takes the time that passes and the time that the processors work for either JVM. */
    private final class Clock {
        private final long start = System.nanoTime();
        private final Duration source = processors(ProcessHandle.current());
        private final Duration target = processors(server.toHandle());

        private Duration processors(ProcessHandle jvm) {
            return jvm.info().totalCpuDuration().orElse(Duration.ZERO);
        }

        void report(String what, String more) {
            long nanos = System.nanoTime() - start;
            Duration sourceWorked = processors(ProcessHandle.current()).minus(source);
            Duration targetWorked = processors(server.toHandle()).minus(target);
            System.out.printf(
                    "%-28s %5d MB/s, processor time per GB: source %3d ms, target %3d ms%s%n",
                    what,
                    bytes * 1000 / nanos,
                    sourceWorked.toNanos() * 1000 / bytes,
                    targetWorked.toNanos() * 1000 / bytes,
                    more);
        }
    }

    private static void serve(Path directory) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        PageServer.Options options = new PageServer.Options(directory, false, HolePuncher.NONE);
        try (ServerSocketChannel raw = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
                PageServer server =
                        PageServer.start(new InetSocketAddress(loopback, 0), options, id -> new NoTree(), line -> {})) {
            Thread swallower = new Thread(() -> swallow(raw), "raw");
            swallower.setDaemon(true);
            swallower.start();
            System.out.println(((InetSocketAddress) raw.getLocalAddress()).getPort());
            System.out.println(server.address().getPort());
            System.in.read();
            System.out.println(peakMib());
        }
    }

    /** Reads whatever comes and answers the end with an end. */
    private static void swallow(ServerSocketChannel raw) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(RAW_WRITE_BYTES);
        while (raw.isOpen()) {
            try (SocketChannel socket = raw.accept()) {
                while (socket.read(buffer.clear()) >= 0) {}
            } catch (IOException e) {
                return;
            }
        }
    }

    private static long peakMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("/proc/self/status has no VmHWM");
    }

    /** A target that restores nothing. */
    private static final class NoTree implements TargetSession {
        static final String REFUSAL = "there is no tree to restore";

        @Override
        public PreflightReply preflight(PreflightRequest request) {
            return PreflightReply.getDefaultInstance();
        }

        @Override
        public RestoreReply restore(Path lastRound) throws IOException {
            throw new IOException(REFUSAL);
        }

        @Override
        public ResumeReply resume() {
            return ResumeReply.getDefaultInstance();
        }

        @Override
        public void abort(String reason) {}
    }
}
