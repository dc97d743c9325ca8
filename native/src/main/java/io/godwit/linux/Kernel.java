package io.godwit.linux;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * The one door to the kernel: syscall(2) through jnr-ffi. Everything above it takes and gives plain
 * numbers and buffers; nothing else but spawning a process knows the foreign function library.
 *
 * <p>A call is given all the arguments that it takes, also those that are zero: what is left out is not zero, but what the registers
 * happen to hold.
 */
public final class Kernel {
    /** The largest error number that a raw result can carry (see syscall(2)). */
    public static final int MAX_ERRNO = 4095;

    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private Kernel() {}

    /** What jnr-ffi binds. */
    public interface LibC {
        /** See syscall(2). */
        long syscall(long number, long a, long b, long c, long d, long e, long f);

        /**
         * The same with few arguments, which takes half the time, as they stay in registers. With one argument more jffi 1.3
         * still takes the short way, and loses the last one.
         */
        long syscall(long number, long a, long b, long c, long d);
    }

    /**
     * Makes a system call with up to six arguments; addresses are numbers.
     *
     * @return the result, or the negative error number
     */
    public static long syscall(int number, long a, long b, long c, long d, long e, long f) {
        long result = LIBC.syscall(number, a, b, c, d, e, f);
        return result == -1 ? -LastError.getLastError(RUNTIME) : result;
    }

    /** A call with no argument. */
    public static long syscall(int number) {
        return syscall(number, 0, 0, 0, 0);
    }

    /** A call with one argument. */
    public static long syscall(int number, long a) {
        return syscall(number, a, 0, 0, 0);
    }

    /** A call with two arguments. */
    public static long syscall(int number, long a, long b) {
        return syscall(number, a, b, 0, 0);
    }

    /** A call with three arguments. */
    public static long syscall(int number, long a, long b, long c) {
        return syscall(number, a, b, c, 0);
    }

    /** A call with four arguments. */
    public static long syscall(int number, long a, long b, long c, long d) {
        long result = LIBC.syscall(number, a, b, c, d);
        return result == -1 ? -LastError.getLastError(RUNTIME) : result;
    }

    /** A call with five arguments. */
    public static long syscall(int number, long a, long b, long c, long d, long e) {
        return syscall(number, a, b, c, d, e, 0);
    }

    /** Whether a raw result is an error. */
    public static boolean failed(long result) {
        return result < 0 && result >= -MAX_ERRNO;
    }

    /**
     * Passes a good result through.
     *
     * @throws LinuxException if it is an error
     */
    public static long check(long result, String call, String object) throws LinuxException {
        return check(result, call, object, "");
    }

    /**
     * Passes a good result through; an error carries the advice.
     *
     * @throws LinuxException if it is an error
     */
    public static long check(long result, String call, String object, String advice) throws LinuxException {
        if (failed(result)) {
            throw new LinuxException(call, object, Errno.of((int) -result), advice);
        }
        return result;
    }
}
