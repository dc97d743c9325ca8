package io.godwit.page.protocol;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Until connections are encrypted, one that leaves this host must be asked for. */
public final class Plaintext {
    private Plaintext() {}

    /**
     * Passes for loopback addresses, and for others if the user said so.
     *
     * @throws IOException that says what to do
     */
    public static void require(InetSocketAddress address, boolean insecure) throws IOException {
        if (!insecure && !address.getAddress().isLoopbackAddress()) {
            throw new IOException(address.getAddress().getHostAddress()
                    + " is not on this host, and the connection would not be encrypted: memory and files of the tree"
                    + " would be readable on the network; give --insecure on both sides if the network is trusted");
        }
    }
}
