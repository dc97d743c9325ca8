package io.godwit.linux.net;

/** The states of a TCP socket, with the numbers that the kernel gives them from 1 on. */
public enum TcpState {
    ESTABLISHED,
    SYN_SENT,
    SYN_RECEIVED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    TIME_WAIT,
    CLOSED,
    CLOSE_WAIT,
    LAST_ACK,
    LISTENING,
    CLOSING;

    /** That of a number; one that the kernel has no state for counts as closed. */
    public static TcpState of(int number) {
        return number >= 1 && number <= values().length ? values()[number - 1] : CLOSED;
    }

    public int number() {
        return ordinal() + 1;
    }

    /** Whether there is a connection, that one side may have ended. */
    public boolean connected() {
        return switch (this) {
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, CLOSING -> true;
            case SYN_SENT, SYN_RECEIVED, TIME_WAIT, CLOSED, LISTENING -> false;
        };
    }

    /** Whether a FIN was queued for sending, which counts in the sequence numbers. */
    public boolean sentFin() {
        return this == FIN_WAIT_1 || this == FIN_WAIT_2 || this == CLOSING || this == LAST_ACK;
    }

    /** Whether a FIN came in, which counts in the sequence numbers. */
    public boolean receivedFin() {
        return this == CLOSE_WAIT || this == LAST_ACK || this == CLOSING;
    }
}
