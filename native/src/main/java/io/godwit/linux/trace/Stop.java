package io.godwit.linux.trace;

/** Why a thread that is traced stands still, or is gone (ptrace(2), "Stopped states"; wait(2)). */
public sealed interface Stop {
    /** A signal is about to be delivered; it is, if it is passed to {@link Tracee#resume}. */
    record Signalled(int signal) implements Stop {}

    /** One of the PTRACE_EVENT_ stops; for PTRACE_EVENT_STOP the signal tells a group stop from an interrupt. */
    record Event(int event, int signal) implements Stop {}

    /** It ended by itself. */
    record Exited(int code) implements Stop {}

    /** A signal killed it. */
    record Killed(int signal) implements Stop {}

    /** Decodes the status that wait4(2) stores. */
    static Stop of(int status) {
        int low = status & 0x7f;
        if (low == 0) {
            return new Exited((status >> 8) & 0xff);
        }
        if (low != 0x7f) {
            return new Killed(low);
        }
        int signal = (status >> 8) & 0xff;
        int event = status >> 16;
        return event == 0 ? new Signalled(signal) : new Event(event, signal);
    }

    /** Whether the thread is no more. */
    default boolean gone() {
        return this instanceof Exited || this instanceof Killed;
    }
}
