package io.godwit.target.restore;

import io.godwit.image.proto.RegFileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.file.ElfBuildId;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;

/** Whether a file is the one that was dumped. */
final class FileValidator {
    static final String ADVICE =
            "bring the file to this host at the same path, or let both hosts share the file system";
    private static final int PERMISSIONS = 0777;
    private static final int ALL_PERMISSIONS = 07777;

    private final FileOptions options;

    FileValidator(FileOptions options) {
        this.options = options;
    }

    /**
     * Compares a file with its entry.
     *
     * @throws RestoreException if it is another one
     */
    void check(RegFileEntry entry, Fd fd, FileStatus status) throws IOException {
        if (entry.hasSize() && status.isRegular() && status.size() != entry.getSize() && !hasGrown(entry, status)) {
            throw new RestoreException(entry.getName() + " has " + status.size() + " bytes here and had "
                    + entry.getSize() + " when it was dumped; " + ADVICE);
        }
        if (entry.hasMode()) {
            checkMode(entry.getName(), entry.getMode(), status.mode());
        }
        if (options.validation() == FileOptions.Validation.BUILD_ID && entry.getBuildIdCount() > 0) {
            checkBuildId(entry, fd);
        }
    }

    /** What a program appends to is at no place that matters to it. */
    private boolean hasGrown(RegFileEntry entry, FileStatus status) {
        int flags = entry.getFlags() & (Descriptors.O_ACCMODE | Descriptors.O_APPEND);
        return options.grown()
                && flags == (Descriptors.O_WRONLY | Descriptors.O_APPEND)
                && status.size() > entry.getSize();
    }

    private void checkMode(String name, int then, int now) throws RestoreException {
        if ((then & ~ALL_PERMISSIONS) != (now & ~ALL_PERMISSIONS)) {
            throw new RestoreException(name + " is a file of another type here than when it was dumped (mode "
                    + Integer.toOctalString(now) + ", then " + Integer.toOctalString(then) + "); " + ADVICE);
        }
        if (options.checkPermissions() && (then & PERMISSIONS) != (now & PERMISSIONS)) {
            throw new RestoreException(String.format(
                    "%s has the permissions %03o here and had %03o when it was dumped; set them with chmod, or give"
                            + " --skip-file-rwx-check",
                    name, now & PERMISSIONS, then & PERMISSIONS));
        }
    }

    private static void checkBuildId(RegFileEntry entry, Fd fd) throws IOException {
        Optional<String> here;
        try (FileChannel file = FileChannel.open(Path.of("/proc/self/fd/" + fd.number()), StandardOpenOption.READ)) {
            here = ElfBuildId.read(file);
        }
        String then = hexadecimal(entry);
        if (here.isEmpty()
                || !then.startsWith(here.get())
                || !then.substring(here.get().length()).matches("0{0,6}")) {
            throw new RestoreException(entry.getName() + " has the build id " + here.orElse("of no program")
                    + " here and had " + then + " when it was dumped: it was replaced by another build; " + ADVICE);
        }
    }

    /** Filled up with zeros to whole words. */
    private static String hexadecimal(RegFileEntry entry) {
        ByteBuffer words =
                ByteBuffer.allocate(entry.getBuildIdCount() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entry.getBuildIdList().forEach(words::putInt);
        return HexFormat.of().formatHex(words.array());
    }
}
