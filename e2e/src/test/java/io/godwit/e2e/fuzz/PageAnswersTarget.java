package io.godwit.e2e.fuzz;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.client.PageClient;
import io.godwit.page.criu.client.PageFetcher;
import io.godwit.page.criu.client.PageServerSnapshot;
import io.godwit.page.criu.wire.HeaderForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** A dump that sends its pages to a server, or a restore that fetches them from one, and the server answers what it likes. */
final class PageAnswersTarget implements FuzzTarget {
    private static final int PID = 4711;
    private static final long ADDRESS = 0x400000;
    private static final int PAGES_WANTED = 4;
    private static final int GETS = 3;
    private static final int SILENCE_MILLIS = 50;
    private static final int GIVEN = 6 | 4 << 16;
    /** Bits of an input's first byte. */
    private static final int LONG_FORM = 1;

    private static final int FETCHES = 2;
    private static final int FORM_UNKNOWN = 4;

    private final LeakWatch leaks = new LeakWatch();
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    PageAnswersTarget() throws IOException {}

    @Override
    public byte[] input(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int kind = random.nextInt(FORM_UNKNOWN) | (random.nextInt(8) == 0 ? FORM_UNKNOWN : 0);
        CriuHeaders headers = new CriuHeaders(random, (kind & LONG_FORM) != 0);
        if ((kind & FORM_UNKNOWN) != 0) {
            out.writeBytes(new byte[Integer.BYTES]);
        }
        if ((kind & FETCHES) != 0) {
            for (int i = 0; i < GETS; i++) {
                given(random, headers, out);
            }
        } else {
            out.write(random.nextInt(2));
        }
        out.writeBytes(new byte[Integer.BYTES]);
        byte[] said = out.toByteArray();
        byte[] mutated = random.nextInt(3) == 0 ? ByteMutator.mutate(said, random) : said;
        ByteBuffer input = ByteBuffer.allocate(1 + mutated.length);
        return input.put((byte) kind).put(mutated).array();
    }

    private static void given(Random random, CriuHeaders headers, ByteArrayOutputStream out) {
        if (random.nextInt(10) == 0) {
            out.writeBytes(headers.any(PID));
            return;
        }
        long pages = random.nextInt(10) == 0 ? ByteMutator.edge(random) : 1 + random.nextInt(PAGES_WANTED);
        long address = random.nextInt(10) == 0 ? ByteMutator.edge(random) : ADDRESS;
        out.writeBytes(headers.header(GIVEN, pages, address, PID));
        if (pages > 0 && pages <= 2 * PAGES_WANTED) {
            out.writeBytes(new byte[(int) pages * PageSink.PAGE]);
        }
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        if (input.length == 0) {
            return;
        }
        Thread server = new Thread(() -> say(input), "fuzz-server");
        server.setDaemon(true);
        server.start();
        try {
            talk(input[0], sandbox);
        } finally {
            await(server);
            leaks.require();
        }
    }

    /** Says all at once, and then hears what it was to be asked. */
    private void say(byte[] input) {
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write(input, 1, input.length - 1);
            hear(socket, SILENCE_MILLIS);
            socket.shutdownOutput();
            hear(socket, 0);
        } catch (IOException e) {
            // the client did not want to hear all
        }
    }

    /** Until the client leaves, or waits in vain: a server that ends before it was asked is all that would be tried otherwise. */
    private static void hear(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            // it waits for more than there is
        }
    }

    private static void await(Thread server) throws IOException {
        try {
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void talk(int kind, Path sandbox) throws IOException {
        HeaderForm known = (kind & LONG_FORM) != 0 ? HeaderForm.LONG : HeaderForm.SHORT;
        Optional<HeaderForm> form = (kind & FORM_UNKNOWN) != 0 ? Optional.empty() : Optional.of(known);
        if ((kind & FETCHES) != 0) {
            fetch(form);
        } else {
            dump(form, Files.createDirectory(sandbox.resolve("images")));
        }
    }

    private void fetch(Optional<HeaderForm> form) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect(PAGES_WANTED * PageSink.PAGE);
        try (PageFetcher fetcher =
                PageFetcher.connect("127.0.0.1", listener.getLocalPort(), Optional.empty(), form, PID)) {
            for (int i = 0; i < GETS; i++) {
                int granted = fetcher.fetch(PID, ADDRESS, PAGES_WANTED, into.clear());
                if (granted < 1 || granted > PAGES_WANTED || into.position() != granted * PageSink.PAGE) {
                    throw new IllegalStateException(granted + " pages were taken for " + PAGES_WANTED);
                }
            }
            fetcher.finish();
        }
    }

    private void dump(Optional<HeaderForm> form, Path images) throws IOException {
        PagemapId id = new PagemapId(PagemapId.Kind.TASK, PID);
        try (PageClient client = PageClient.connect("127.0.0.1", listener.getLocalPort(), Optional.empty(), form, PID);
                PageServerSnapshot snapshot = new PageServerSnapshot(
                        client, DirectorySnapshot.create(images, Optional.empty(), HolePuncher.NONE))) {
            try (PageSink pages = snapshot.pages(id)) {
                pages.data(ADDRESS, ByteBuffer.allocateDirect(2 * PageSink.PAGE));
            }
            snapshot.finish();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
