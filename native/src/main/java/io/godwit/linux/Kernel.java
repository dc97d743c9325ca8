package io.godwit.linux;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.Collections;

/**
 * The one door to the kernel: syscall(2) through jffi. Everything above it takes and gives plain
 * numbers and buffers; nothing else but spawning a process knows the foreign function library.
 *
 * <p>A call is given all the arguments that it takes, also those that are zero: what is left out is not zero, but what the registers
 * happen to hold.
 */
public final class Kernel {
    /** The largest error number that a raw result can carry (see syscall(2)). */
    public static final int MAX_ERRNO = 4095;

    private static final Invoker INVOKER = Invoker.getInstance();
    private static final LastError LAST_ERROR = LastError.getInstance();
    private static final long SYSCALL = symbol(Library.getDefault(), "syscall");
    /** The number of the call and four arguments, as nearly all calls have: what stays in registers takes half the time. */
    private static final CallContext FIVE = numbers(5);

    private static final CallContext SEVEN = numbers(7);

    private Kernel() {}

    /** How to call a function that takes this many numbers, each a long, and gives one. */
    public static CallContext numbers(int count) {
        Type[] types = Collections.nCopies(count, Type.SINT64).toArray(Type[]::new);
        return CallContext.getCallContext(Type.SINT64, types, CallingConvention.DEFAULT, true);
    }

    /** The address of a function. */
    public static long symbol(Library library, String name) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("there is no function " + name + ": " + Library.getLastError());
        }
        return address;
    }

    /**
     * Makes a system call with up to six arguments; addresses are numbers.
     *
     * @return the result, or the negative error number
     */
    public static long syscall(int number, long a, long b, long c, long d, long e, long f) {
        HeapInvocationBuffer arguments = new HeapInvocationBuffer(SEVEN);
        arguments.putLong(number);
        arguments.putLong(a);
        arguments.putLong(b);
        arguments.putLong(c);
        arguments.putLong(d);
        arguments.putLong(e);
        arguments.putLong(f);
        return result(INVOKER.invokeLong(SEVEN, SYSCALL, arguments));
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
        return result(INVOKER.invokeN5(FIVE, SYSCALL, number, a, b, c, d));
    }

    /** A call with five arguments. */
    public static long syscall(int number, long a, long b, long c, long d, long e) {
        return syscall(number, a, b, c, d, e, 0);
    }

    private static long result(long returned) {
        return returned == -1 ? -LAST_ERROR.get() : returned;
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
