package io.godwit.e2e.fuzz;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.DumpedPages;
import io.godwit.page.criu.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A server of the pages of a dump, which a restore that fills its memory asks for what it likes, in either form of the headers. */
final class LazyServerTarget implements FuzzTarget {
    private static final ServerOptions.Limits LIMITS =
            new ServerOptions.Limits(Long.MAX_VALUE, Long.MAX_VALUE, 100, Duration.ofSeconds(10));
    private static final int GET = 7;
    private static final int PARENT = 5;
    private static final int TYPE_TASK = 1;
    /** Where programs begin that are at fixed addresses, and where the others do. */
    private static final long[] LIKELY = {0x400000, 0x555555554000L, 0x7ffff7ff0000L};

    private final Path images = Files.createTempDirectory("godwit-fuzz-lazy-");
    private final ServerLog log = new ServerLog();
    private final LeakWatch leaks = new LeakWatch();
    private final List<Integer> pids = new ArrayList<>();
    private final List<Long> addresses = new ArrayList<>();
    private final CriuPageServer server;
    private final List<String> before;

    LazyServerTarget(Corpus corpus) throws IOException {
        Bundle.decode(corpus.dumps().get(0)).write(images);
        before = names();
        for (String name : before) {
            PagemapId.parse(name)
                    .filter(id -> id.kind() == PagemapId.Kind.TASK)
                    .ifPresent(id -> pids.add((int) id.id()));
        }
        for (int pid : pids) {
            PageIndex.load(images, new PagemapId(PagemapId.Kind.TASK, pid))
                    .extents()
                    .forEach(extent -> addresses.add(extent.vaddr()));
        }
        ServerOptions options = new ServerOptions(
                images,
                Optional.empty(),
                Optional.of(new DumpedPages(images)),
                true,
                LIMITS,
                HolePuncher.NONE,
                Optional.empty());
        server = CriuPageServer.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, log::add);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public byte[] input(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CriuHeaders headers = new CriuHeaders(random, random.nextBoolean());
        out.writeBytes(headers.header(PARENT, 0, 0, (long) pid(random) << 8 | TYPE_TASK));
        for (int i = random.nextInt(10); i > 0; i--) {
            if (random.nextInt(12) == 0) {
                out.writeBytes(headers.any(pid(random)));
            } else {
                out.writeBytes(headers.header(GET, pages(random), address(random), pid(random)));
            }
        }
        if (random.nextInt(3) != 0) {
            out.writeBytes(headers.header(CriuHeaders.CLOSE, 0, 0, 0));
        }
        byte[] said = out.toByteArray();
        return random.nextInt(4) == 0 ? ByteMutator.mutate(said, random) : said;
    }

    private int pid(Random random) {
        return random.nextInt(12) == 0 ? (int) ByteMutator.edge(random) : pids.get(random.nextInt(pids.size()));
    }

    private static long pages(Random random) {
        return random.nextInt(12) == 0 ? ByteMutator.edge(random) : 1 + random.nextInt(40);
    }

    private long address(Random random) {
        if (random.nextInt(12) == 0) {
            return random.nextBoolean() ? ByteMutator.edge(random) : LIKELY[random.nextInt(LIKELY.length)];
        }
        return addresses.get(random.nextInt(addresses.size())) + (long) random.nextInt(2) * PageSink.PAGE;
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        try {
            Connection.exchange(server.address().getPort(), input);
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("the server neither answers nor closes", e);
        }
        if (!names().equals(before)) {
            throw new IllegalStateException("a server that serves has written: " + names());
        }
        leaks.require();
        if (log.refused("failed")) {
            throw new IOException("refused");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Listing.delete(images);
    }
}
