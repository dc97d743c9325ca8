package io.godwit.source.options;

import java.net.InetSocketAddress;

/**
 * A target as the user writes it: {@code host}, {@code host:port}, {@code 10.0.0.2:port},
 * {@code [2001:db8::1]:port} or a bare {@code 2001:db8::1}.
 *
 * @param host name or address, without brackets
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {
    /** Where a target agent listens unless told otherwise. */
    public static final int DEFAULT_PORT = 4650;

    private static final int MAX_PORT = 65535;

    public HostAndPort {
        if (host.isBlank()) {
            throw new OptionException("the host is empty: give HOST or HOST:PORT");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new OptionException("port " + port + " is not between 1 and 65535");
        }
    }

    /** Reads what the user wrote. */
    public static HostAndPort parse(String text, int defaultPort) {
        String trimmed = text.trim();
        if (trimmed.chars().anyMatch(Character::isWhitespace) || trimmed.contains("/")) {
            throw malformed(text);
        }
        if (trimmed.startsWith("[")) {
            return bracketed(trimmed, defaultPort);
        }
        int first = trimmed.indexOf(':');
        if (first < 0 || first != trimmed.lastIndexOf(':')) {
            return new HostAndPort(trimmed, defaultPort);
        }
        return new HostAndPort(trimmed.substring(0, first), port(trimmed.substring(first + 1), text));
    }

    private static HostAndPort bracketed(String text, int defaultPort) {
        int close = text.indexOf(']');
        if (close < 0 || !text.substring(1, close).contains(":")) {
            throw malformed(text);
        }
        String host = text.substring(1, close);
        String rest = text.substring(close + 1);
        if (rest.isEmpty()) {
            return new HostAndPort(host, defaultPort);
        }
        if (!rest.startsWith(":")) {
            throw malformed(text);
        }
        return new HostAndPort(host, port(rest.substring(1), text));
    }

    private static int port(String digits, String text) {
        if (!digits.matches("[0-9]{1,5}")) {
            throw new OptionException("'" + digits + "' in '" + text + "' is not a port number");
        }
        return Integer.parseInt(digits);
    }

    private static OptionException malformed(String text) {
        return new OptionException("'" + text + "' is not HOST, HOST:PORT or [IPV6]:PORT");
    }

    /**
     * Resolves the name.
     *
     * @param insecure whether plain TCP may be spoken beyond this host
     * @throws OptionException if there is no such host, or it is another one and insecure is false
     */
    public InetSocketAddress resolve(boolean insecure) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new OptionException("there is no host '" + host + "': check the name, or give the address");
        }
        if (!insecure && !address.getAddress().isLoopbackAddress()) {
            throw new OptionException("the connection to " + this + " would carry the tree's memory unencrypted:"
                    + " give --insecure here and at the target agent if the network between is trusted");
        }
        return address;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
