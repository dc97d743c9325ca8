package io.godwit.source.precopy;

/** What the loop does to the tree and its host, beside sending rounds. */
public interface PreCopyControls {
    /** From now on the tree has to stand still for so much of its time, in per cent. */
    void throttle(int percent);

    /** Whether the next round goes before the tree where both want a processor, or after it. */
    void sprint(boolean before);
}
