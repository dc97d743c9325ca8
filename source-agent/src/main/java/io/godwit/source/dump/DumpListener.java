package io.godwit.source.dump;

import java.io.IOException;

/** Is told of the steps of a dump, by the thread that traces the tree. What it throws fails the dump, and the tree runs on. */
public interface DumpListener {
    /** Does not listen. */
    DumpListener NONE = new DumpListener() {};

    /** A step begins. */
    default void step(String name) {}

    /** The whole tree stands still. */
    default void frozen() throws IOException {}

    /** All images are complete; what becomes of the tree is next. */
    default void imagesComplete() throws IOException {}
}
