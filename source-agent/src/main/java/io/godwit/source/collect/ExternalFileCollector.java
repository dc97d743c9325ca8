package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/** Open files of any kind that the restore is given from outside; nothing is kept of them but their key. */
final class ExternalFileCollector implements FileCollector {
    private final Set<String> external;

    /** @param external keys such as {@code file[1b:9c2a]} */
    ExternalFileCollector(Set<String> external) {
        this.external = external;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return !external.isEmpty() && external.contains(key(file));
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        entry.setType(FdTypes.REG)
                .setReg(RegularFileCollector.entry(
                                entry.getId(),
                                key(file),
                                file.flags(),
                                file.info().position(),
                                file.status())
                        .clearSize()
                        .clearMode()
                        .setExt(true)
                        .setFown(file.owner()));
    }

    private static String key(OpenFile file) {
        int mount = file.info().value("mnt_id").map(Integer::parseInt).orElse(-1);
        return String.format(Locale.ROOT, "file[%x:%x]", mount, file.status().inode());
    }
}
