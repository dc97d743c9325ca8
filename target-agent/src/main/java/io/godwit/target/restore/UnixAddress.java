package io.godwit.target.restore;

import io.godwit.linux.net.Sockets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name of a unix socket: a path, or an abstract name, which begins with a zero byte. */
record UnixAddress(byte[] name) {
    private static final int FAMILY_BYTES = 2;

    boolean unnamed() {
        return name.length == 0;
    }

    boolean isAbstract() {
        return name.length > 0 && name[0] == 0;
    }

    /** The path; the image may or may not keep the zero byte at its end. */
    String path() {
        int length = name.length;
        while (length > 0 && name[length - 1] == 0) {
            length--;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** struct sockaddr_un: an abstract name is exactly as long as it is, a path ends with a zero byte. */
    byte[] socketAddress() {
        byte[] raw = isAbstract() ? name : Arrays.copyOf(path().getBytes(StandardCharsets.UTF_8), pathBytes() + 1);
        byte[] address = new byte[FAMILY_BYTES + raw.length];
        address[0] = Sockets.AF_UNIX;
        System.arraycopy(raw, 0, address, FAMILY_BYTES, raw.length);
        return address;
    }

    private int pathBytes() {
        return path().getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return isAbstract() ? "@" + new String(name, 1, name.length - 1, StandardCharsets.UTF_8) : path();
    }
}
