package io.godwit.source.dump;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Is told of the steps of a dump, by the thread that traces the tree. What it throws fails the dump, and the tree runs on. */
public interface DumpListener {
    /** Does not listen. */
    DumpListener NONE = new DumpListener() {};

    /** A step begins. */
    default void step(String name) {}

    /** These processes are about to be frozen; they run, and may make others meanwhile. */
    default void freezing(List<Integer> pids) throws IOException {}

    /** The whole tree stands still: these processes. */
    default void frozen(List<Integer> pids) throws IOException {}

    /** The tree, which stands still, has a network namespace of its own: what comes to it may be held back now. */
    default void lockNetwork() throws IOException {}

    /** Whether it may name external files once the tree stands still; until then no open file is refused. */
    default boolean namesExternalFiles() {
        return false;
    }

    /** The tree stands still: files that are external beside those of the options, in the same form. */
    default Set<String> externalFiles() throws IOException {
        return Set.of();
    }

    /** Whether memory that may be asked for stays with the processes, until {@link #serve} has served it. */
    default boolean servesMemory() {
        return false;
    }

    /**
     * All images are complete, and the memory is where it was: it must be served now.
     *
     * @throws IOException if it was not all served that was asked for
     */
    default void serve(LeftMemory memory) throws IOException {}

    /** Processes that were to be frozen, or were frozen, run on: the dump failed, or leaves them running. */
    default void runOn(List<Integer> pids) {}

    /** All images are complete; what becomes of the tree is next. */
    default void imagesComplete() throws IOException {}
}
