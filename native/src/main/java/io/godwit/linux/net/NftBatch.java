package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Messages to nftables that the kernel follows all or none (nfnetlink). Attributes are written between {@link #begin} and
 * {@link #end}, which nest; numbers in them are in network order.
 */
final class NftBatch {
    static final int NEW_TABLE = 0;
    static final int NEW_CHAIN = 3;
    static final int NEW_RULE = 6;
    static final int DESTROY_TABLE = 26;
    static final byte FAMILY_INET = 1;

    private static final int NETLINK_NETFILTER = 12;
    private static final int SUBSYSTEM = 10;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int REQUEST = 1;
    private static final int REQUEST_ACK = 5;
    private static final int CREATE_APPEND = 0xc00;
    private static final int CREATE_EXCLUSIVE = 0x600;
    private static final int NESTED = 0x8000;
    private static final int HEADER_BYTES = 16;
    private static final int ATTRIBUTE_BYTES = 4;
    private static final int SO_SNDBUFFORCE = 32;

    private ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private int message = -1;
    private int number;

    NftBatch() {
        header(BATCH_BEGIN, REQUEST, (byte) 0, SUBSYSTEM);
    }

    /** Begins the next message. */
    NftBatch message(int type) {
        header(SUBSYSTEM << 8 | type, REQUEST | CREATE_APPEND, FAMILY_INET, 0);
        return this;
    }

    /** Begins the next message, which fails if what it makes is there. */
    NftBatch exclusive(int type) {
        header(SUBSYSTEM << 8 | type, REQUEST | CREATE_EXCLUSIVE, FAMILY_INET, 0);
        return this;
    }

    private void header(int type, int flags, byte family, int resource) {
        finish();
        room(HEADER_BYTES + 4);
        message = out.position();
        out.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(++number)
                .putInt(0);
        out.put(family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
    }

    private void finish() {
        if (message >= 0) {
            out.putInt(message, out.position() - message);
        }
    }

    /** Begins an attribute that has others in it; gives what {@link #end} wants. */
    int begin(int type) {
        room(ATTRIBUTE_BYTES);
        int at = out.position();
        out.putShort((short) 0).putShort((short) (type | NESTED));
        return at;
    }

    NftBatch end(int began) {
        out.putShort(began, (short) (out.position() - began));
        return this;
    }

    NftBatch text(int type, String text) {
        return bytes(type, (text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    NftBatch number(int type, int value) {
        return bytes(type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    NftBatch bytes(int type, byte[] value) {
        int padded = (value.length + 3) & ~3;
        room(ATTRIBUTE_BYTES + padded);
        out.putShort((short) (ATTRIBUTE_BYTES + value.length)).putShort((short) type);
        out.put(value).position(out.position() + padded - value.length);
        return this;
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(2 * out.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
            larger.put(out.flip());
            out = larger;
        }
    }

    /**
     * Has the kernel follow them.
     *
     * @param what for messages
     * @throws LinuxException if it does not; then nothing has changed
     */
    void send(String what) throws LinuxException {
        // only the last one is answered, and one that fails before it
        out.putShort(message + 6, (short) (out.getShort(message + 6) | REQUEST_ACK));
        header(BATCH_END, REQUEST, (byte) 0, SUBSYSTEM);
        finish();
        byte[] all = Arrays.copyOf(out.array(), out.position());
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, NETLINK_NETFILTER)) {
            Sockets.setOption(netlink, Sockets.SOL_SOCKET, SO_SNDBUFFORCE, 2 * all.length);
            Kernel.check(Netlink.request(netlink, all), "nftables", what);
        }
    }
}
