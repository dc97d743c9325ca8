package io.godwit.source.precopy;

/** What the user wants for a tree that writes as fast as its memory can be sent. */
public enum OnNoConvergence {
    /** Freeze it, for longer than the limit. */
    STOP,
    /** Let it stand still for more and more of its time, so that it writes less; freeze it where even that does not help. */
    THROTTLE,
    /** Leave it where it is. */
    GIVE_UP
}
