package io.godwit.e2e.fuzz;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.UnixStream;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.target.lazy.LazyImages;
import io.godwit.target.lazy.MemoryFiller;
import io.godwit.target.restore.FillerProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What fills the memory of a tree, to which the restore says what it likes, with any descriptors. */
final class RestoreSocketTarget implements FuzzTarget {
    /** Above all that a kernel gives. */
    private static final int NO_PROCESS = 1 << 23;

    private static final int MAX_STEPS = 8;

    private final Bundle.Content pagemap;
    private final List<Bundle.Item> pages;
    private final Expendable task = new Expendable();

    /** What a step says, with a number of its own. */
    private enum Step {
        NUMBER,
        TASK,
        NO_TASK,
        DESCRIPTOR,
        BYTES,
        RESTORED
    }

    RestoreSocketTarget(Corpus corpus) throws IOException {
        Bundle dump = Bundle.decode(corpus.dumps().get(0));
        pagemap = dump.items().stream()
                .filter(item -> item.name().matches("pagemap-\\d+\\.img"))
                .map(Bundle.Content.class::cast)
                .findFirst()
                .orElseThrow();
        pages = dump.items().stream()
                .filter(item -> item.name().startsWith("pages-"))
                .toList();
    }

    @Override
    public byte[] input(Random random) {
        ByteBuffer steps = ByteBuffer.allocate(MAX_STEPS * (1 + Integer.BYTES));
        for (int i = 1 + random.nextInt(MAX_STEPS / 2); i > 0; i--) {
            Step step = Step.values()[random.nextInt(Step.values().length)];
            int number = random.nextBoolean() ? random.nextInt(64) : (int) ByteMutator.edge(random);
            steps.put((byte) step.ordinal()).putInt(number);
            if (step == Step.TASK && random.nextInt(3) != 0) {
                steps.put((byte) Step.DESCRIPTOR.ordinal()).putInt(random.nextInt(Gift.values().length));
            }
        }
        byte[] input = new byte[steps.position()];
        steps.get(0, input);
        return input;
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        int pid = task.pid();
        Bundle images = new Bundle();
        images.items().addAll(pages);
        for (int each : new int[] {pid, NO_PROCESS}) {
            images.items().add(new Bundle.Content("pagemap-" + each + ".img", pagemap.bytes()));
        }
        images.write(sandbox);
        Thread restore = new Thread(() -> say(input, sandbox, pid), "fuzz-restore");
        restore.setDaemon(true);
        try (MemoryFiller filler = MemoryFiller.ofImages(LazyImages.read(sandbox), sandbox, line -> {})) {
            restore.start();
            filler.run();
        } finally {
            requireAllClosed(restore);
        }
    }

    /** Nothing that was handed in is still open when both sides have ended. */
    private static void requireAllClosed(Thread restore) throws IOException {
        try {
            restore.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        ProcDirectory own = ProcDirectory.own();
        for (int fd : own.descriptors()) {
            if (isUserfaultfd(own, fd)) {
                throw new IllegalStateException("fd " + fd + " is a userfaultfd that nobody closed");
            }
        }
    }

    private static boolean isUserfaultfd(ProcDirectory own, int fd) {
        try {
            return own.link("fd/" + fd).contains("userfaultfd");
        } catch (LinuxException e) {
            // it was the one by which the directory was listed
            return false;
        }
    }

    private static void say(byte[] input, Path sandbox, int pid) {
        ByteBuffer steps = ByteBuffer.wrap(input);
        try (UnixStream socket = UnixStream.connect(FillerProtocol.socket(sandbox))) {
            while (steps.remaining() > Integer.BYTES) {
                Step step = Step.values()[(steps.get() & 0xff) % Step.values().length];
                say(socket, step, steps.getInt(), pid);
            }
        } catch (IOException e) {
            // the other side did not want to hear all
        }
    }

    private static void say(UnixStream socket, Step step, int number, int pid) throws IOException {
        switch (step) {
            case NUMBER -> socket.send(number);
            case TASK -> socket.send(pid);
            case NO_TASK -> socket.send(NO_PROCESS);
            case RESTORED -> socket.send(FillerProtocol.RESTORED);
            case BYTES -> {
                byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(number)
                        .array();
                PassedDescriptors.send(socket.descriptor(), Arrays.copyOf(bytes, 1 + (number & 7)), List.of());
            }
            case DESCRIPTOR -> give(socket, Gift.values()[(number & 0xff) % Gift.values().length]);
        }
    }

    private static void give(UnixStream socket, Gift gift) throws IOException {
        List<Fd> descriptors = gift.open();
        try {
            PassedDescriptors.send(socket.descriptor(), new byte[1], descriptors);
        } finally {
            descriptors.forEach(Fd::close);
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
