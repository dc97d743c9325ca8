package io.godwit.source.collect;

import io.godwit.image.proto.RegFileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.linux.file.ElfBuildId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Notes by which build id an executable or a library is known. */
final class BuildIds {
    private final boolean wanted;

    BuildIds(boolean wanted) {
        this.wanted = wanted;
    }

    /**
     * Adds the build id to the entry of a file, if it has one.
     *
     * @param open a path under /proc through which the file can be opened
     */
    void note(RegFileEntry.Builder entry, FileStatus status, String open) throws IOException {
        if (!wanted || !status.isRegular() || status.size() == 0) {
            return;
        }
        Optional<String> id;
        // a lease of another process would have it wait
        try (Fd own = Descriptors.open(open, Descriptors.O_RDONLY | Descriptors.O_NONBLOCK, 0);
                FileChannel file =
                        FileChannel.open(Path.of("/proc/self/fd/" + own.number()), StandardOpenOption.READ)) {
            id = ElfBuildId.read(file);
        } catch (LinuxException e) {
            if (e.errno() == Errno.EAGAIN) {
                return;
            }
            throw e;
        }
        if (id.isPresent()) {
            words(id.get(), entry);
        }
    }

    /** Whole words; the last is filled up with zeros. */
    private static void words(String hexadecimal, RegFileEntry.Builder entry) {
        byte[] bytes = HexFormat.of().parseHex(hexadecimal);
        int padded = (bytes.length + Integer.BYTES - 1) & -Integer.BYTES;
        ByteBuffer words = ByteBuffer.wrap(Arrays.copyOf(bytes, padded)).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            entry.addBuildId(words.getInt());
        }
    }
}
