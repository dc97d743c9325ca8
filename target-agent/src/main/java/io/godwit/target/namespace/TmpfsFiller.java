package io.godwit.target.namespace;

import io.godwit.image.ImageKind;
import io.godwit.image.Images;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.RootDirectory;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts the contents of a tmpfs back, which images hold as a compressed tar archive. */
final class TmpfsFiller {
    private final Images images;
    private final RootDirectory root;

    /** @param root of the tree */
    TmpfsFiller(Images images, RootDirectory root) {
        this.images = images;
        this.root = root;
    }

    /**
     * Fills one.
     *
     * @param id number of the image; without one it stays empty
     */
    void fill(long id, String point) throws IOException {
        String name = ImageKind.TMPFS_DEV.fileName(id);
        if (!images.has(name)) {
            return;
        }
        Path errors = Files.createTempFile("godwit-tar-", ".log");
        try (Fd directory = root.open(point, Descriptors.O_PATH | Descriptors.O_DIRECTORY, 0)) {
            Process tar = new ProcessBuilder(
                            "tar",
                            "--extract",
                            "--gzip",
                            "--preserve-permissions",
                            "--same-owner",
                            "--numeric-owner",
                            "--acls",
                            "--xattrs",
                            "--xattrs-include=*",
                            "--directory",
                            "/proc/" + ProcessHandle.current().pid() + "/fd/" + directory.number())
                    .redirectInput(images.directory().resolve(name).toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(errors.toFile())
                    .start();
            int code = tar.waitFor();
            if (code != 0) {
                throw new RestoreException("tar could not put the contents of " + name + " into the tmpfs at " + point
                        + " (exit code " + code + "): "
                        + Files.readString(errors, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while tar filled the tmpfs at " + point, e);
        } finally {
            Files.delete(errors);
        }
    }
}
