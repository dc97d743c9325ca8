package io.godwit.plugin;

import java.io.IOException;

/**
 * Carries what Godwit itself can not: the state of open files of kinds that it does not know, such as devices. Has a public
 * constructor without parameters. Its methods are called one at a time, but not always by the same thread, nor by the one that
 * traces the tree; what they throw fails the dump or the restore, as if it had never begun.
 */
public interface Plugin {
    /** Under what name the images know it: letters, digits, dots, dashes. */
    String name();

    /**
     * Whether it carries this file, which Godwit would refuse. It is asked before the freeze too, so it changes nothing.
     *
     * @param file its descriptor here is open during the call only
     */
    default boolean carries(OpenedFile file) {
        return false;
    }

    /**
     * Reads what {@link #restore} needs, while the tree stands still.
     *
     * @param file one that it carries; its descriptor here is open during the call only
     */
    default byte[] dump(OpenedFile file) throws IOException {
        throw new IOException(name() + " carries no files");
    }

    /**
     * Opens a file again.
     *
     * @param state what {@link #dump} gave
     * @return a descriptor of this process, which Godwit closes
     */
    default int restore(byte[] state) throws IOException {
        throw new IOException(name() + " carries no files");
    }

    /** A dump is about to freeze this process, which runs. */
    default void pauseDevices(int pid) throws IOException {}

    /** The tree of this process stands still, and nothing of it is dumped yet. */
    default void checkpointDevices(int pid) throws IOException {}

    /**
     * This process is to run: it was paused for a dump that failed or that leaves it running, and runs again; or it is restored and
     * stands until all are called.
     */
    default void resumeDevices(int pid) throws IOException {}
}
