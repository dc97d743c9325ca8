package io.godwit.page.criu.wire;

import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;

/**
 * The two layouts of a header. Nothing on the wire names them, and a client of the shorter one may wait for an answer after 24
 * bytes; so those 24 bytes of the first message must tell.
 *
 * <p>What tells is byte 16. In the short form it is the lowest byte of the object's id, which is the object's type and
 * never 0. In the long form it is the lowest byte of the address, which is that of a page or, with a message that has none,
 * 0. GET carries a pid in place of the id: there bytes 8 to 15 tell, which are the address of a page in the short form, and
 * in the long form a count of pages, which is less than 4096 in a request. CLOSE is nothing but zeros in both; it is answered
 * after 24 bytes, and zeros that follow are the rest of it.
 */
public enum HeaderForm {
    /** Of CRIU 4.2: a word, four bytes of padding, three longs. */
    LONG(32),
    /** Of CRIU up to 4.1: two words, two longs. */
    SHORT(24);

    private static final long MAX_SHORT_PAGES = 0xffff_ffffL;
    private static final int PAGE_MASK = 4095;
    private static final int PAGES_AT = 4;
    private static final int MIDDLE_AT = 8;
    private static final int LAST_AT = 16;

    private final int bytes;

    HeaderForm(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /** The most pages that one header can tell of. */
    public long maxPages() {
        return this == LONG ? Long.MAX_VALUE : MAX_SHORT_PAGES;
    }

    /** The form of a client's first header, of which the buffer has at least {@link #SHORT} many bytes; it is not consumed. */
    public static HeaderForm ofFirst(ByteBuf in) throws ProtocolException {
        int start = in.readerIndex();
        Command command = Messages.command(in.getIntLE(start) & Header.COMMAND_MASK);
        boolean isShort = switch (command) {
            case GET -> in.getIntLE(start + PAGES_AT) != 0 && (in.getLongLE(start + MIDDLE_AT) & PAGE_MASK) == 0;
            case CLOSE, FORCE_CLOSE -> true;
            default -> in.getByte(start + LAST_AT) != 0;
        };
        return isShort ? SHORT : LONG;
    }

    /** Reads a header. */
    public Header decode(ByteBuf in) {
        int word = in.readIntLE();
        int second = in.readIntLE();
        long nrPages = this == LONG ? in.readLongLE() : Integer.toUnsignedLong(second);
        return Header.of(word, nrPages, in.readLongLE(), in.readLongLE());
    }

    /** Writes a header, which has no more than {@link #maxPages}. */
    public void encode(Header header, ByteBuf out) {
        if (header.nrPages() > maxPages()) {
            throw new IllegalArgumentException(
                    header.nrPages() + " pages do not fit into a header of " + bytes + " bytes");
        }
        out.writeIntLE(header.word());
        if (this == LONG) {
            out.writeIntLE(0);
            out.writeLongLE(header.nrPages());
        } else {
            out.writeIntLE((int) header.nrPages());
        }
        out.writeLongLE(header.vaddr());
        out.writeLongLE(header.dstId());
    }
}
