package io.godwit.image.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names for the bits and numbers of fields whose schema names a table of them. */
final class FlagNames {
    private static final Map<String, List<Bit>> BITS = Map.of(
            "mmap.prot", List.of(bit(1, "PROT_READ"), bit(2, "PROT_WRITE"), bit(4, "PROT_EXEC")),
            "mmap.flags",
                    List.of(
                            bit(1, "MAP_SHARED"),
                            bit(2, "MAP_PRIVATE"),
                            bit(0x20, "MAP_ANON"),
                            bit(0x100, "MAP_GROWSDOWN"),
                            bit(0x2000, "MAP_LOCKED"),
                            bit(0x4000, "MAP_NORESERVE"),
                            bit(0x40000, "MAP_HUGETLB")),
            "mmap.status",
                    List.of(
                            bit(1, "VMA_AREA_REGULAR"),
                            bit(1 << 1, "VMA_AREA_STACK"),
                            bit(1 << 2, "VMA_AREA_VSYSCALL"),
                            bit(1 << 3, "VMA_AREA_VDSO"),
                            bit(1 << 5, "VMA_AREA_HEAP"),
                            bit(1 << 6, "VMA_FILE_PRIVATE"),
                            bit(1 << 7, "VMA_FILE_SHARED"),
                            bit(1 << 8, "VMA_ANON_SHARED"),
                            bit(1 << 9, "VMA_ANON_PRIVATE"),
                            bit(1 << 10, "VMA_AREA_SYSVIPC"),
                            bit(1 << 11, "VMA_AREA_SOCKET"),
                            bit(1 << 12, "VMA_AREA_VVAR"),
                            bit(1 << 13, "VMA_AREA_AIORING"),
                            bit(1 << 14, "VMA_AREA_MEMFD"),
                            bit(1 << 15, "VMA_AREA_SHSTK"),
                            bit(1 << 16, "VMA_AREA_GUARD"),
                            bit(1 << 17, "VMA_AREA_UPROBES"),
                            bit(1 << 27, "VMA_EXT_PLUGIN")),
            "rfile.flags",
                    List.of(
                            bit(1, "O_WRONLY"),
                            bit(2, "O_RDWR"),
                            bit(0100, "O_CREAT"),
                            bit(0200, "O_EXCL"),
                            bit(01000, "O_TRUNC"),
                            bit(02000, "O_APPEND"),
                            bit(04000, "O_NONBLOCK"),
                            bit(0100000, "O_LARGEFILE"),
                            bit(0200000, "O_DIRECTORY"),
                            bit(010000000, "O_PATH")),
            "pmap.flags", List.of(bit(1, "PE_PARENT"), bit(2, "PE_LAZY"), bit(4, "PE_PRESENT")),
            "seals.flags",
                    List.of(
                            bit(1, "F_SEAL_SEAL"),
                            bit(2, "F_SEAL_SHRINK"),
                            bit(4, "F_SEAL_GROW"),
                            bit(8, "F_SEAL_WRITE"),
                            bit(16, "F_SEAL_FUTURE_WRITE")));

    /** By the name of the field, as the same table serves several. */
    private static final Map<String, Map<Long, String>> NUMBERS = Map.of(
            "family", Map.of(1L, "UNIX", 2L, "INET", 10L, "INET6", 16L, "NETLINK", 17L, "PACKET"),
            "type", Map.of(1L, "STREAM", 2L, "DGRAM", 3L, "RAW", 5L, "SEQPACKET", 10L, "PACKET"),
            "proto", Map.of(0L, "IP", 1L, "ICMP", 6L, "TCP", 17L, "UDP", 136L, "UDPLITE", 255L, "RAW"),
            "state",
                    Map.of(
                            1L, "ESTABLISHED",
                            2L, "SYN_SENT",
                            3L, "SYN_RECV",
                            4L, "FIN_WAIT1",
                            5L, "FIN_WAIT2",
                            7L, "CLOSE",
                            8L, "CLOSE_WAIT",
                            9L, "LAST_ACK",
                            10L, "LISTEN",
                            11L, "CLOSING"),
            "task_state", Map.of(1L, "ALIVE", 2L, "DEAD", 3L, "STOPPED", 6L, "ZOMBIE"));

    private FlagNames() {}

    private record Bit(long mask, String name) {}

    private static Bit bit(long mask, String name) {
        return new Bit(mask, name);
    }

    /** {@code A | B | 0x1000}: the rest of which no name is known stands in hexadecimal. */
    static String flags(String table, long value) {
        List<String> words = new ArrayList<>();
        long rest = value;
        for (Bit bit : BITS.getOrDefault(table, List.of())) {
            if ((value & bit.mask) == bit.mask) {
                words.add(bit.name);
                rest &= ~bit.mask;
            }
        }
        if (rest != 0 || words.isEmpty()) {
            words.add("0x" + Long.toHexString(rest));
        }
        return String.join(" | ", words);
    }

    /** The name that a field's number stands for, or the number. */
    static String name(String field, long value) {
        return NUMBERS.getOrDefault(field, Map.of()).getOrDefault(value, Long.toString(value));
    }
}
