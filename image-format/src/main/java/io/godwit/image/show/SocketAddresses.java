package io.godwit.image.show;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Addresses of sockets in words. */
final class SocketAddresses {
    private SocketAddresses() {}

    /** Of one or four words in the order of the network, as they lay in memory. */
    static String text(List<?> words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(word -> bytes.putInt(((Number) word).intValue()));
        try {
            return InetAddress.getByAddress(bytes.array()).getHostAddress();
        } catch (UnknownHostException e) {
            return words.toString();
        }
    }

    /** Of a unix socket; abstract ones begin with a zero byte, which is written {@code @}. */
    static String unixName(byte[] name) {
        int length = name.length;
        while (length > 0 && name[length - 1] == 0) {
            length--;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8).replace('\0', '@');
    }
}
