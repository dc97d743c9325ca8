package io.godwit.target.lazy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.memory.MissingPages;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.net.UnixStream;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.target.restore.FillerProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a restore leaves tasks to be filled. It takes one restore. */
final class RestoreSocket implements AutoCloseable {
    private final Path path;
    private Fd listening;
    private UnixStream restore;
    /** The first number of a restore is read to be sure that it is one. */
    private Optional<Integer> first = Optional.empty();

    private RestoreSocket(Path path, Fd listening) {
        this.path = path;
        this.listening = listening;
    }

    static RestoreSocket listen(Path workDirectory) throws IOException {
        Path path = FillerProtocol.socket(workDirectory);
        return new RestoreSocket(path, UnixStream.listen(path));
    }

    /** What a restore says. */
    sealed interface Word {}

    /** A task is left; see {@link #taken}. */
    record Left(int pid, Fd pidfd, MissingPages missing) implements Word {}

    /** There is a zombie, which has no memory. */
    record Zombie(int pid) implements Word {}

    /** The tree is restored. */
    record Restored() implements Word {}

    /** Waits for a restore. */
    void accept() throws IOException {
        while (first.isEmpty()) {
            restore = UnixStream.accept(listening, path);
            first = restore.receive();
            if (first.isEmpty()) {
                // somebody looked whether anybody listens
                restore.close();
            }
        }
        listening.close();
        listening = null;
        Files.deleteIfExists(path);
        requireSamePids(PeerCredentials.of(restore.descriptor()).pid());
    }

    /** A pid that is another process's here must not be killed. */
    private static void requireSamePids(int peer) throws IOException {
        String own = ProcDirectory.process((int) ProcessHandle.current().pid()).link("ns/pid");
        if (peer == 0 || !ProcDirectory.process(peer).link("ns/pid").equals(own)) {
            throw new IOException(
                    "the restore runs in another pid namespace than lazy-pages, and the pids that it tells are"
                            + " other processes here; run both in the same");
        }
    }

    /** What can be waited for. */
    Fd descriptor() {
        return restore.descriptor();
    }

    /** Whether a word is there without waiting. */
    boolean hasWord() {
        return first.isPresent();
    }

    /** Waits for the next word. */
    Word word() throws IOException {
        Optional<Integer> number = first.isPresent() ? first : restore.receive();
        first = Optional.empty();
        if (number.isEmpty()) {
            throw new IOException("the restore went away before the tree was restored; its own messages say why");
        }
        int word = number.get();
        if (word == FillerProtocol.RESTORED) {
            return new Restored();
        }
        if (word <= 0) {
            return new Zombie(-word);
        }
        Fd uffd = restore.peekDescriptor();
        try {
            MissingPages missing = MissingPages.handedIn(uffd);
            return new Left(word, Descriptors.pidfdOpen(word), missing);
        } catch (IOException e) {
            uffd.close();
            throw e;
        }
    }

    /** Tells the restore that the task which was left last is guarded. Until then it does not let the tree run. */
    void taken() throws IOException {
        restore.confirmDescriptor();
    }

    @Override
    public void close() {
        if (listening != null) {
            listening.close();
            path.toFile().delete();
        }
        if (restore != null) {
            restore.close();
        }
    }
}
