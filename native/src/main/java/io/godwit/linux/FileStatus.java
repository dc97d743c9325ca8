package io.godwit.linux;

import java.nio.ByteBuffer;

/**
 * What stat(2) says of a file.
 *
 * @param device the device it is on, in the C library's form
 * @param mode type and permission bits
 * @param rdev the device that it is, where it is one
 * @param size in bytes
 */
public record FileStatus(
        long device,
        long inode,
        long links,
        int mode,
        int uid,
        int gid,
        long rdev,
        long size,
        long accessSeconds,
        long accessNanos,
        long modifySeconds,
        long modifyNanos) {
    static final int SIZE = 144;

    private static final int TYPE_MASK = 0170000;

    static FileStatus of(ByteBuffer b) {
        return new FileStatus(
                b.getLong(0),
                b.getLong(8),
                b.getLong(16),
                b.getInt(24),
                b.getInt(28),
                b.getInt(32),
                b.getLong(40),
                b.getLong(48),
                b.getLong(72),
                b.getLong(80),
                b.getLong(88),
                b.getLong(96));
    }

    public boolean isRegular() {
        return type() == 0100000;
    }

    public boolean isDirectory() {
        return type() == 0040000;
    }

    public boolean isCharacterDevice() {
        return type() == 0020000;
    }

    public boolean isSocket() {
        return type() == 0140000;
    }

    public boolean isFifo() {
        return type() == 0010000;
    }

    /** The S_IFMT bits of the mode. */
    public int type() {
        return mode & TYPE_MASK;
    }

    /** The device in the kernel's form, major times 2^20 plus minor. */
    public static long kernelDevice(long device) {
        long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
        long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
        return major << 20 | minor;
    }
}
