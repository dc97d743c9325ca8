package io.godwit.linux;

/** An open file descriptor of this process, closed once. */
public final class Fd implements AutoCloseable {
    private int number;

    private Fd(int number) {
        this.number = number;
    }

    /** Takes charge of a descriptor. */
    public static Fd of(long number) {
        return new Fd(Math.toIntExact(number));
    }

    /**
     * The number.
     *
     * @throws IllegalStateException if it was closed or released
     */
    public int number() {
        if (number < 0) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return number;
    }

    /** Gives the number away: the caller closes it. */
    public int release() {
        int released = number();
        number = -1;
        return released;
    }

    @Override
    public void close() {
        if (number >= 0) {
            Kernel.syscall(Syscall.CLOSE, number);
            number = -1;
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
