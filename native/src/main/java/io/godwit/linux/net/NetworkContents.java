package io.godwit.linux.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is in the network namespace of the thread that asks. */
public final class NetworkContents {
    private static final String DIRECTORY = "/proc/thread-self/net/";
    private static final String LOOPBACK_IPV6 = "00000000000000000000000000000001";
    private static final String ANY_IPV6 = "00000000000000000000000000000000";
    private static final String LAST_METRIC = "ffffffff";
    private static final int NETLINK_NETFILTER = 12;
    /** NFNL_SUBSYS_NFTABLES and NFT_MSG_GETTABLE. */
    private static final int GET_TABLES = 10 << 8 | 1;

    private static final int REQUEST_DUMP = 0x301;
    private static final int REQUEST_BYTES = 20;
    private static final int ANSWER_BYTES = 8192;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;

    private NetworkContents() {}

    /** What is there besides {@code lo} with its usual addresses, in words. */
    public static List<String> besidesLoopback() throws IOException {
        List<String> contents = new ArrayList<>();
        for (String line : lines("dev", 2)) {
            String device = line.substring(0, line.indexOf(':')).strip();
            if (!device.equals(Loopback.NAME)) {
                contents.add("the device " + device);
            }
        }
        if (!contents.isEmpty()) {
            return contents;
        }
        if (!lines("route", 1).isEmpty()) {
            contents.add("routes of IPv4");
        }
        if (addressesOfIpv4() > 1) {
            contents.add("addresses of IPv4 beside 127.0.0.1");
        }
        if (lines("if_inet6", 0).stream().anyMatch(line -> !line.startsWith(LOOPBACK_IPV6))) {
            contents.add("addresses of IPv6 beside ::1");
        }
        if (!lines("ipv6_route", 0).stream().allMatch(NetworkContents::isUsualRoute)) {
            contents.add("routes of IPv6");
        }
        if (!lines("ip_tables_names", 0).isEmpty()
                || !lines("ip6_tables_names", 0).isEmpty()
                || hasNftables()) {
            contents.add("packet filters");
        }
        return contents;
    }

    /** The one to ::1, or the kernel's own that ends all others. */
    private static boolean isUsualRoute(String line) {
        String[] fields = line.strip().split("\\s+");
        boolean own = line.startsWith(LOOPBACK_IPV6 + " 80 ")
                || line.startsWith(ANY_IPV6 + " 00 ") && fields[5].equals(LAST_METRIC);
        return own && fields[fields.length - 1].equals(Loopback.NAME);
    }

    private static List<String> lines(String file, int heads) throws IOException {
        Path path = Path.of(DIRECTORY + file);
        if (!Files.exists(path)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(path);
        return lines.subList(Math.min(heads, lines.size()), lines.size());
    }

    /** The local table is listed twice where it is one with the main table, so each address counts once. */
    private static long addressesOfIpv4() throws IOException {
        List<String> lines = lines("fib_trie", 0);
        List<String> addresses = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).contains("/32 host LOCAL")) {
                addresses.add(lines.get(i - 1).strip());
            }
        }
        return addresses.stream().distinct().count();
    }

    private static boolean hasNftables() throws LinuxException {
        ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        request.putInt(REQUEST_BYTES).putShort((short) GET_TABLES).putShort((short) REQUEST_DUMP);
        NativeMemory message = NativeMemory.of(request.array());
        NativeMemory answer = NativeMemory.allocate(ANSWER_BYTES);
        try (Fd netlink = Sockets.socket(Netlink.FAMILY, Sockets.SOCK_RAW, NETLINK_NETFILTER)) {
            Descriptors.writeFully(netlink, message.address(), REQUEST_BYTES);
            message.during(0);
            Descriptors.read(netlink, answer.address(), ANSWER_BYTES);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EPROTONOSUPPORT) {
                return false;
            }
            throw e;
        }
        int type = answer.buffer().getShort(Integer.BYTES);
        return type != NLMSG_DONE && type != NLMSG_ERROR;
    }
}
