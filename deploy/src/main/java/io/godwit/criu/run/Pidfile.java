package io.godwit.criu.run;

import io.godwit.source.cli.Messages;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file with a pid in decimal, without a line end. */
public final class Pidfile {
    private Pidfile() {}

    /**
     * Writes a new one.
     *
     * @throws IOException if it exists, or can not be written
     */
    public static void write(Path file, long pid) throws IOException {
        try {
            Files.writeString(file, Long.toString(pid), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("the pidfile " + file + " exists already: remove it, or name another", e);
        } catch (IOException e) {
            throw new IOException("the pidfile can not be written: " + Messages.of(e), e);
        }
    }

    /** Takes it away; it does not matter if it is gone. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one to tell.
        }
    }
}
