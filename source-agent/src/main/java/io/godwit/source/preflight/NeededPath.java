package io.godwit.source.preflight;

import io.godwit.linux.file.FileFacts;

/**
 * A path that the target must have.
 *
 * @param facts of the file here, to compare
 */
public record NeededPath(String path, Role role, FileFacts facts) {
    /** What the tree has it for; in the order of {@link NeededPaths}, the first that applies wins. */
    public enum Role {
        /** What a process runs. */
        EXECUTABLE(true),
        /** Mapped with the right to execute, as shared libraries are. */
        LIBRARY(true),
        /** Mapped privately: pages that nobody wrote to are not sent, but read from the file there. */
        MAPPED(true),
        /** Mapped shared: the processes may write to it. */
        MAPPED_SHARED(false),
        CURRENT_DIRECTORY(false),
        ROOT(false),
        OPEN_FILE(false);

        private final boolean mustBeEqual;

        Role(boolean mustBeEqual) {
            this.mustBeEqual = mustBeEqual;
        }

        /** Whether the content must be the same at the target, rather than the path only be there. */
        public boolean mustBeEqual() {
            return mustBeEqual;
        }
    }
}
