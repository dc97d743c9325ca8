package io.godwit.e2e.fuzz;

import io.godwit.image.pages.HolePuncher;
import io.godwit.page.criu.server.CriuPageServer;
import io.godwit.page.criu.server.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** A page server, to which a client of CRIU's protocol says what it likes, in either form of its headers. */
final class CriuWireTarget implements FuzzTarget {
    private static final ServerOptions.Limits LIMITS =
            new ServerOptions.Limits(1 << 20, Long.MAX_VALUE, 100, Duration.ofSeconds(10));
    private static final int[] TYPES = {1, 2, 10, 27, 3, 0};
    private static final int PAGE = 4096;
    private static final int INPUTS_OF_A_SERVER = 500;

    private final Path store = Files.createTempDirectory("godwit-fuzz-criu-");
    private final ServerLog log = new ServerLog();
    private final LeakWatch leaks = new LeakWatch();
    private CriuPageServer server;
    private int inputs;

    CriuWireTarget() throws IOException {
        start();
    }

    /** What was stored whole stays, so a new server begins with nothing from time to time. */
    private void start() throws IOException {
        if (server != null) {
            server.close();
            Listing.delete(store.resolve("images"));
        }
        Path directory = Files.createDirectory(store.resolve("images"));
        ServerOptions options = new ServerOptions(
                directory, Optional.empty(), Optional.empty(), true, LIMITS, HolePuncher.NONE, Optional.empty());
        server = CriuPageServer.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, log::add);
    }

    @Override
    public byte[] input(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CriuHeaders headers = new CriuHeaders(random, random.nextBoolean());
        long object = object(random);
        out.writeBytes(headers.header(random.nextInt(4) == 0 ? 4 : 3, 0, 0, object));
        long at = 0x10000;
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextInt(6) == 0) {
                out.writeBytes(headers.any(object(random)));
                continue;
            }
            long pages = random.nextInt(12) == 0 ? ByteMutator.edge(random) : 1 + random.nextInt(4);
            int flags = random.nextInt(6) == 0 ? random.nextInt(16) : 4;
            out.writeBytes(headers.header(6 | flags << 16, pages, at, object));
            if ((flags & 4) != 0 && pages > 0 && pages < 16) {
                out.writeBytes(new byte[(int) pages * PAGE]);
            }
            at += (pages + random.nextInt(2)) * PAGE;
        }
        if (random.nextInt(4) != 0) {
            out.writeBytes(headers.header(CriuHeaders.CLOSE, 0, 0, 0));
        }
        byte[] said = out.toByteArray();
        return random.nextInt(3) == 0 ? ByteMutator.mutate(said, random) : said;
    }

    private static long object(Random random) {
        long id = random.nextInt(4) == 0 ? ByteMutator.edge(random) : 1 + random.nextInt(3);
        return id << 8 | TYPES[random.nextInt(random.nextInt(3) == 0 ? TYPES.length : 2)];
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        if (++inputs % INPUTS_OF_A_SERVER == 0) {
            start();
        }
        try {
            Connection.exchange(server.address().getPort(), input);
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("the server neither answers nor closes", e);
        }
        Listing.requireOnly(store, "images");
        leaks.require();
        if (log.refused(" came", "rror", "ailed")) {
            throw new IOException("refused");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Listing.delete(store);
    }
}
