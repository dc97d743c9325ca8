package io.godwit.linux.machine;

/** Names for listings and messages. */
final class SyscallNames {
    private SyscallNames() {}

    static String name(int number) {
        return "syscall_" + number;
    }

    static String errno(long value) {
        return "errno " + value;
    }
}
