package io.godwit.source.migrate;

import io.godwit.linux.machine.MachineImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes processes to rehearse with that have what servers have: threads, children, sockets, timers and large memory
 * ({@code native/src/main/c/dummy.c}). Where none can be had, as with the directory for temporary files mounted noexec, or where such a
 * one can not be moved, for want of a right, they only sleep.
 */
public final class Dummies implements AutoCloseable {
    /** Empty once none can be had. */
    private Optional<Path> program;

    private Optional<Exception> failure;

    private Dummies(Optional<Path> program, Optional<Exception> failure) {
        this.program = program;
        this.failure = failure;
    }

    /** Leaves a file in the directory for temporary files until it is closed, or this process ends otherwise than by a signal. */
    public static Dummies open() {
        try {
            Path program = MachineImage.extractDummy();
            program.toFile().deleteOnExit();
            return new Dummies(Optional.of(program), Optional.empty());
        } catch (IOException e) {
            return new Dummies(Optional.empty(), Optional.of(e));
        }
    }

    /** Why those that are made only sleep; empty if they do not. */
    public Optional<Exception> failure() {
        return failure;
    }

    /** What is done with one. */
    public interface Use<T> {
        T with(Dummy dummy) throws IOException;
    }

    /** Uses a new one; if that fails with one that has all kinds of things, does it again with one that sleeps, as all after it. */
    public <T> T use(Use<T> use) throws IOException {
        return use(0, use);
    }

    /** As {@link #use(Use)}, one with more threads if it has all kinds of things. */
    <T> T use(int moreThreads, Use<T> use) throws IOException {
        if (program.isPresent()) {
            try (Dummy dummy = Dummy.start(List.of(program.get().toString(), Integer.toString(moreThreads)))) {
                return use.with(dummy);
            } catch (IOException | RuntimeException e) {
                failure = Optional.of(e);
                close();
            }
        }
        return useSleeping(0, use);
    }

    /** Uses one that sleeps, with its children. */
    static <T> T useSleeping(int children, Use<T> use) throws IOException {
        try (Dummy dummy = Dummy.asleep(children)) {
            return use.with(dummy);
        }
    }

    @Override
    public void close() throws IOException {
        if (program.isPresent()) {
            Files.deleteIfExists(program.get());
            program = Optional.empty();
        }
    }
}
