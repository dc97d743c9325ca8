package io.godwit.page.server;

import java.io.IOException;

/** The thread of a migration, which traces the tree: others ask it for what only a tracer may do. */
@FunctionalInterface
public interface OwnThread {
    /** For the thread itself. */
    OwnThread SAME = Action::run;

    /** Has something done, and returns when it is. */
    void run(Action action) throws IOException;

    /** What is to be done. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }
}
