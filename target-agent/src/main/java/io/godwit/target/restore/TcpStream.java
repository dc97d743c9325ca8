package io.godwit.target.restore;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.linux.net.TcpInfo;
import io.godwit.linux.net.TcpRepair.Option;
import io.godwit.linux.net.TcpRepair.Window;
import io.godwit.linux.net.TcpState;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The image {@code tcp-stream} of a connection. Its sequence numbers count a FIN as a byte, those here do not.
 *
 * @param queues what was received and not read, then what was written and not acknowledged
 */
record TcpStream(TcpState state, TcpStreamEntry entry, byte[] queues) {
    /** Whether a socket has one. */
    static boolean exists(Snapshot snapshot, InetSkEntry socket) {
        return snapshot.images().has(name(socket));
    }

    static TcpStream read(Snapshot snapshot, InetSkEntry socket) throws IOException {
        var entries = ImageReader.open(snapshot.images(), ImageKind.TCP_STREAM, inode(socket))
                .readAllWithExtra(
                        TcpStreamEntry.parser(),
                        entry ->
                                Integer.toUnsignedLong(entry.getInqLen()) + Integer.toUnsignedLong(entry.getOutqLen()));
        if (entries.size() != 1) {
            throw new RestoreException(name(socket) + " has " + entries.size() + " entries instead of one");
        }
        TcpStreamEntry entry = entries.get(0).message();
        if (Integer.compareUnsigned(entry.getUnsqLen(), entry.getOutqLen()) > 0) {
            throw new RestoreException(name(socket) + " says that more is unsent than there is; it is damaged");
        }
        return new TcpStream(
                TcpState.of(socket.getState()), entry, entries.get(0).extra());
    }

    private static long inode(InetSkEntry socket) {
        return Integer.toUnsignedLong(socket.getIno());
    }

    private static String name(InetSkEntry socket) {
        return ImageKind.TCP_STREAM.fileName(inode(socket));
    }

    byte[] received() {
        return Arrays.copyOf(queues, entry.getInqLen());
    }

    /** What the other side may have; after a FIN all of it counts as that, since nothing can follow a FIN. */
    byte[] sent() {
        return Arrays.copyOfRange(queues, entry.getInqLen(), queues.length - unsentBytes());
    }

    byte[] unsent() {
        return Arrays.copyOfRange(queues, queues.length - unsentBytes(), queues.length);
    }

    private int unsentBytes() {
        return state.sentFin() ? 0 : entry.getUnsqLen();
    }

    /** The number of the first byte of the queue. */
    int receivedSequence() {
        return receivedEnd() - entry.getInqLen();
    }

    /** The number after the last byte received. */
    int receivedEnd() {
        return entry.getInqSeq() - (state.receivedFin() ? 1 : 0);
    }

    /** The number of the first byte that is not acknowledged. */
    int sentSequence() {
        return sentEnd() - entry.getOutqLen();
    }

    /** The number after the last byte written. */
    int sentEnd() {
        return entry.getOutqSeq() - (state.sentFin() ? 1 : 0);
    }

    List<Option> options() {
        List<Option> options = new ArrayList<>();
        options.add(new Option(Option.MSS, entry.getMssClamp()));
        // without the option the kernel would keep the scale that it would have offered
        boolean scaled = has(TcpInfo.WINDOW_SCALE);
        options.add(new Option(Option.WINDOW, scaled ? entry.getSndWscale() | entry.getRcvWscale() << 16 : 0));
        if (has(TcpInfo.SACK)) {
            options.add(new Option(Option.SACK_PERMITTED, 0));
        }
        if (has(TcpInfo.TIMESTAMPS)) {
            options.add(new Option(Option.TIMESTAMP, 0));
        }
        return options;
    }

    boolean has(int option) {
        return (entry.getOptMask() & option) != 0;
    }

    Window window() {
        return new Window(
                entry.getSndWl1(), entry.getSndWnd(), entry.getMaxWindow(), entry.getRcvWnd(), entry.getRcvWup());
    }

    /** The other side's window as a segment carries it. */
    int segmentWindow() {
        long shifted =
                Integer.toUnsignedLong(entry.getSndWnd()) >> (has(TcpInfo.WINDOW_SCALE) ? entry.getSndWscale() : 0);
        return (int) Math.min(shifted, 0xffff);
    }
}
