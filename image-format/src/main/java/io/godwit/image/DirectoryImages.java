package io.godwit.image;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Images in the files of a directory. */
record DirectoryImages(Path directory) implements Images {
    /** An image file is held in memory whole, and its entries become larger there. */
    private static final long MAX_FILE_BYTES =
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

    @Override
    public boolean has(String fileName) {
        return Files.exists(directory.resolve(fileName));
    }

    @Override
    public byte[] read(String fileName) throws IOException {
        return content(directory.resolve(fileName));
    }

    static byte[] content(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ImageException(file + ": has " + Files.size(file)
                        + " bytes, and with a heap of this size Godwit reads images of at most " + MAX_FILE_BYTES
                        + "; give it more, for example GODWIT_JAVA_OPTS=-Xmx2g");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ImageException(file + ": no such image; is this the directory of a complete dump?", e);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw new ImageException(file + ": can not be read: " + reason(e), e);
        }
    }

    /** Most of these exceptions have the file as their message, or no words at all. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException named && named.getReason() != null ? named.getReason() : e.getMessage();
    }
}
