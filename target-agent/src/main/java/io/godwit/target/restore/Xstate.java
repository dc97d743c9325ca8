package io.godwit.target.restore;

import io.godwit.image.proto.UserX86FpregsEntry;
import io.godwit.image.proto.UserX86XsaveEntry;
import io.godwit.target.plan.RestoreException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Builds the XSAVE area of a thread from its image. */
final class Xstate {
    private static final int MXCSR = 24;
    private static final int MXCSR_MASK = 28;
    private static final int ST_SPACE = 32;
    private static final int XMM_SPACE = 160;
    private static final int LEGACY_BYTES = 512;
    private static final int XSTATE_BV = 512;
    private static final int HEADER_BYTES = 64;
    private static final long X87_AND_SSE = 3;

    private final XstateLayout layout;

    Xstate(XstateLayout layout) {
        this.layout = layout;
    }

    /**
     * The area to give to the kernel.
     *
     * @param template the area of a thread of this host: it has the right size, and the kernel's own words in the reserved bytes
     */
    byte[] build(UserX86FpregsEntry image, byte[] template, String who) throws RestoreException {
        byte[] area = template.clone();
        ByteBuffer out = ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN);
        legacy(image, out);
        if (area.length < LEGACY_BYTES + HEADER_BYTES) {
            return area;
        }
        for (int at = XSTATE_BV; at < XSTATE_BV + HEADER_BYTES; at++) {
            out.put(at, (byte) 0);
        }
        UserX86XsaveEntry xsave = image.getXsave();
        out.putLong(XSTATE_BV, image.hasXsave() ? xsave.getXstateBv() : X87_AND_SSE);
        long present = xsave.getXstateBv();
        ints(XstateLayout.YMM, present, xsave.getYmmhSpaceList(), out, who);
        longs(XstateLayout.BNDREGS, present, xsave.getBndregStateList(), out, who);
        longs(XstateLayout.BNDCSR, present, xsave.getBndcsrStateList(), out, who);
        longs(XstateLayout.OPMASK, present, xsave.getOpmaskRegList(), out, who);
        longs(XstateLayout.ZMM_HIGH, present, xsave.getZmmUpperList(), out, who);
        longs(XstateLayout.HI16_ZMM, present, xsave.getHi16ZmmList(), out, who);
        ints(XstateLayout.PKRU, present, xsave.getPkruList(), out, who);
        return area;
    }

    private static void legacy(UserX86FpregsEntry image, ByteBuffer out) {
        out.putShort(0, (short) image.getCwd())
                .putShort(2, (short) image.getSwd())
                .putShort(4, (short) image.getTwd())
                .putShort(6, (short) image.getFop())
                .putLong(8, image.getRip())
                .putLong(16, image.getRdp())
                .putInt(MXCSR, image.getMxcsr())
                .putInt(MXCSR_MASK, image.getMxcsrMask());
        for (int i = 0; i < image.getStSpaceCount(); i++) {
            out.putInt(ST_SPACE + i * Integer.BYTES, image.getStSpace(i));
        }
        for (int i = 0; i < image.getXmmSpaceCount(); i++) {
            out.putInt(XMM_SPACE + i * Integer.BYTES, image.getXmmSpace(i));
        }
    }

    private void ints(int component, long present, List<Integer> words, ByteBuffer out, String who)
            throws RestoreException {
        if ((present >>> component & 1) != 0 && !words.isEmpty()) {
            int at = place(component, words.size() * Integer.BYTES, out, who);
            for (int i = 0; i < words.size(); i++) {
                out.putInt(at + i * Integer.BYTES, words.get(i));
            }
        }
    }

    private void longs(int component, long present, List<Long> words, ByteBuffer out, String who)
            throws RestoreException {
        if ((present >>> component & 1) != 0 && !words.isEmpty()) {
            int at = place(component, words.size() * Long.BYTES, out, who);
            for (int i = 0; i < words.size(); i++) {
                out.putLong(at + i * Long.BYTES, words.get(i));
            }
        }
    }

    private int place(int component, int bytes, ByteBuffer out, String who) throws RestoreException {
        int at = layout.offset(component);
        if (at == 0 || at + bytes > out.capacity()) {
            throw new RestoreException(who + " uses component " + component
                    + " of the extended processor state, which this processor does not have");
        }
        return at;
    }
}
