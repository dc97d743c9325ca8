package io.godwit.target.receive;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where the daemon listens: ADDRESS, ADDRESS:PORT, or [IPV6]:PORT. */
public final class ListenAddress {
    /** The port that sources connect to when none is named. */
    public static final int DEFAULT_PORT = 4650;

    private static final int MAX_PORT = 65535;

    private ListenAddress() {}

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareV6 = colon >= 0 && text.indexOf(':') != colon && !text.startsWith("[");
        boolean hasPort = colon >= 0 && !bareV6 && !text.endsWith("]");
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = hasPort ? port(text.substring(colon + 1), text) : DEFAULT_PORT;
        if (host.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no address; 0.0.0.0 stands for all of this host");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "'" + host + "' is neither an address nor a name that can be resolved", e);
        }
    }

    private static int port(String digits, String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT", e);
        }
        throw new IllegalArgumentException("'" + digits + "' is not a port");
    }
}
