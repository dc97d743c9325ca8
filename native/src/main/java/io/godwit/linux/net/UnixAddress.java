package io.godwit.linux.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** struct sockaddr_un of a path (unix(7)). */
final class UnixAddress {
    private static final int FAMILY_BYTES = 2;
    /** sun_path, with its NUL. */
    private static final int PATH_BYTES = 108;

    private UnixAddress() {}

    /** The raw address. */
    static byte[] of(String path) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length >= PATH_BYTES) {
            throw new IOException("'" + path + "' can not be the path of a unix socket: it must have 1 to "
                    + (PATH_BYTES - 1) + " bytes; use a shorter or a relative one");
        }
        byte[] address = Arrays.copyOf(new byte[] {Sockets.AF_UNIX, 0}, FAMILY_BYTES + name.length + 1);
        System.arraycopy(name, 0, address, FAMILY_BYTES, name.length);
        return address;
    }
}
