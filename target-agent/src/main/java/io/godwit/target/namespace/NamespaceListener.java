package io.godwit.target.namespace;

import java.io.IOException;

/** Is told how far the namespaces of a tree are; what it throws fails the restore. */
public interface NamespaceListener {
    /** Does not listen. */
    NamespaceListener NONE = new NamespaceListener() {};

    /** The root is in its namespaces, which are new. */
    default void made(int root) throws IOException {}

    /** They are as the images say. */
    default void filled(int root) throws IOException {}
}
