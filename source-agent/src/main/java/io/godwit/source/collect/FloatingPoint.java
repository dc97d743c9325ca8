package io.godwit.source.collect;

import io.godwit.image.proto.UserX86FpregsEntry;
import io.godwit.image.proto.UserX86XsaveEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The XSAVE area of a thread as CRIU's message. */
final class FloatingPoint {
    private static final int ST_SPACE = 32;
    private static final int XMM_SPACE = 160;
    private static final int XSTATE_BV = 512;
    private static final long KNOWN = 0x2ff;

    private FloatingPoint() {}

    static UserX86FpregsEntry entry(byte[] xstate, XsaveLayout layout, int tid) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(xstate).order(ByteOrder.LITTLE_ENDIAN);
        UserX86FpregsEntry.Builder fp = UserX86FpregsEntry.newBuilder()
                .setCwd(Short.toUnsignedInt(b.getShort(0)))
                .setSwd(Short.toUnsignedInt(b.getShort(2)))
                .setTwd(Short.toUnsignedInt(b.getShort(4)))
                .setFop(Short.toUnsignedInt(b.getShort(6)))
                .setRip(b.getLong(8))
                .setRdp(b.getLong(16))
                .setMxcsr(b.getInt(24))
                .setMxcsrMask(b.getInt(28));
        for (int i = 0; i < 32; i++) {
            fp.addStSpace(b.getInt(ST_SPACE + 4 * i));
        }
        for (int i = 0; i < 64; i++) {
            fp.addXmmSpace(b.getInt(XMM_SPACE + 4 * i));
        }
        for (int i = 0; i < 24; i++) {
            fp.addPadding(0);
        }
        if (xstate.length > XSTATE_BV) {
            fp.setXsave(extended(b, layout, tid));
        }
        return fp.build();
    }

    private static UserX86XsaveEntry extended(ByteBuffer b, XsaveLayout layout, int tid) throws IOException {
        long present = b.getLong(XSTATE_BV);
        if ((present & ~KNOWN) != 0) {
            throw new CannotMoveException(
                    "thread " + tid,
                    String.format(
                            "it uses processor state of a kind that is not carried yet (XSTATE_BV 0x%x)", present),
                    "stop using AMX tiles or the like before the move");
        }
        UserX86XsaveEntry.Builder x = UserX86XsaveEntry.newBuilder().setXstateBv(present);
        if (has(present, XsaveLayout.YMM)) {
            for (int i = 0; i < 64; i++) {
                x.addYmmhSpace(b.getInt(layout.offset(XsaveLayout.YMM) + 4 * i));
            }
        }
        words(b, present, layout, XsaveLayout.BNDREGS, 8, x::addBndregState);
        words(b, present, layout, XsaveLayout.BNDCSR, 2, x::addBndcsrState);
        words(b, present, layout, XsaveLayout.OPMASK, 8, x::addOpmaskReg);
        words(b, present, layout, XsaveLayout.ZMM_UPPER, 64, x::addZmmUpper);
        words(b, present, layout, XsaveLayout.HI16_ZMM, 128, x::addHi16Zmm);
        if (has(present, XsaveLayout.PKRU)) {
            x.addPkru(b.getInt(layout.offset(XsaveLayout.PKRU)));
            x.addPkru(0);
        }
        return x.build();
    }

    private interface LongSink {
        Object add(long word);
    }

    private static void words(ByteBuffer b, long present, XsaveLayout layout, int component, int count, LongSink sink) {
        if (has(present, component)) {
            for (int i = 0; i < count; i++) {
                sink.add(b.getLong(layout.offset(component) + 8 * i));
            }
        }
    }

    private static boolean has(long present, int component) {
        return (present & 1L << component) != 0;
    }
}
