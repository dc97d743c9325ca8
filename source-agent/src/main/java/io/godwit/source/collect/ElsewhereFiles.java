package io.godwit.source.collect;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.UnixSkEntry;
import java.io.IOException;

/** What can be moved of open files only where a tree shares a namespace with godwit. */
final class ElsewhereFiles {
    private ElsewhereFiles() {}

    /**
     * Passes a file that can be moved in the tree's namespaces, with the pids in its entry changed to those of the images.
     *
     * @throws CannotMoveException if it can not
     */
    static void require(OpenFile file, FileEntry.Builder entry, Surroundings surroundings) throws IOException {
        if (!surroundings.root().isOwn()) {
            requireMounted(file, entry);
        }
        if (surroundings.pids().areOther()) {
            requireKnown(file, entry, surroundings.pids());
        }
    }

    private static void requireMounted(OpenFile file, FileEntry.Builder entry) throws CannotMoveException {
        if (entry.hasTty()) {
            throw refused(file, "a terminal", "let it use pipes or files in place of a terminal");
        }
        if (entry.hasIfy()) {
            throw refused(file, "an inotify instance", "close it");
        }
        if (entry.hasUsk() && hasPath(entry.getUsk())) {
            throw refused(file, "a unix socket with a path", "let it use an abstract name, or a socket of TCP");
        }
    }

    private static boolean hasPath(UnixSkEntry socket) {
        return !socket.getName().isEmpty() && socket.getName().byteAt(0) != 0;
    }

    private static CannotMoveException refused(OpenFile file, String what, String advice) {
        return new CannotMoveException(
                file.describe(), what + " in a mount namespace of its own can not be moved yet", advice);
    }

    private static void requireKnown(OpenFile file, FileEntry.Builder entry, TreePids pids) throws IOException {
        if (entry.hasTty()) {
            throw new CannotMoveException(
                    file.describe(),
                    "a terminal in a pid namespace of its own can not be moved yet",
                    "let it use pipes or files in place of a terminal");
        }
        if (file.owner().getPid() != 0) {
            throw new CannotMoveException(
                    file.describe(),
                    "an owner of F_SETOWN in a pid namespace of its own can not be moved yet",
                    "let the program wait by poll(2) in place of signals");
        }
        if (entry.hasPidfd() && entry.getPidfd().getNspid() > 0) {
            entry.getPidfdBuilder().setNspid(pids.process(entry.getPidfd().getNspid()));
        }
    }
}
