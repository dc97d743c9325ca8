package io.godwit.criu.log;

import io.godwit.source.cli.Messages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that only its owner may read: a log tells of paths and addresses of other people's programs. */
final class PrivateFile {
    private PrivateFile() {}

    /**
     * Opens a file with mode 0600 and nothing in it.
     *
     * @throws IOException if that can not be; the message names it
     */
    static OutputStream truncate(Path file) throws IOException {
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return Channels.newOutputStream(channel);
        } catch (IOException e) {
            throw new IOException("the log can not be written: " + Messages.of(e), e);
        }
    }
}
