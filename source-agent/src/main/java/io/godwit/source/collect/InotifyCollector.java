package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FhEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InotifyFileEntry;
import io.godwit.image.proto.InotifyWdEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.file.FileHandle;
import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** inotify(7) instances with what they watch. The kernel tells no names, so each file is asked for its path by its handle. */
final class InotifyCollector implements FileCollector {
    private static final int HANDLE_WORDS = 16;

    private final boolean contents;
    private final List<MountInfo> mounts;
    private final List<String> watched = new ArrayList<>();

    /**
     * Those of a tree.
     *
     * @param contents the tree stands still, so no event may wait to be read
     * @param mounts where the files are looked for
     */
    InotifyCollector(boolean contents, List<MountInfo> mounts) {
        this.contents = contents;
        this.mounts = mounts;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("inotify");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        if (contents && Descriptors.ioctlNumber(file.duplicate(), Descriptors.FIONREAD, file.describe()) > 0) {
            throw new CannotMoveException(
                    file.describe(),
                    "events of inotify wait to be read, which can not be moved",
                    "try again a moment later");
        }
        InotifyFileEntry.Builder inotify = InotifyFileEntry.newBuilder()
                .setId(entry.getId())
                .setFlags(file.flags())
                .setFown(file.owner());
        for (String line : file.info().startingWith("inotify wd:")) {
            inotify.addWd(watch(file, entry.getId(), fields(line)));
        }
        entry.setType(FdTypes.INOTIFY).setIfy(inotify);
    }

    /** The paths that are watched. */
    List<String> watched() {
        return watched;
    }

    /** Of {@code inotify wd:1 ino:20c061 sdev:fe00000 mask:a ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:61c02000}. */
    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.substring("inotify ".length()).split(" ")) {
            String[] parts = field.split(":", 2);
            fields.put(parts[0], parts[1]);
        }
        return fields;
    }

    private InotifyWdEntry watch(OpenFile file, int id, Map<String, String> fields) throws IOException {
        int wd = number(fields, "wd");
        byte[] bytes = HexFormat.of().parseHex(fields.getOrDefault("f_handle", ""));
        FileHandle handle = new FileHandle(
                Long.parseLong(fields.get("sdev"), 16),
                Long.parseUnsignedLong(fields.get("ino"), 16),
                number(fields, "fhandle-type"),
                bytes);
        String path = handle.path(mounts)
                .orElseThrow(() -> new CannotMoveException(
                        file.describe(),
                        "it watches inode " + handle.inode() + " (watch " + wd + "), of which no name can be found",
                        "let the program drop the watch; file systems such as overlayfs do not tell names"));
        watched.add(path);
        FhEntry.Builder entry = FhEntry.newBuilder()
                .setBytes(bytes.length)
                .setType(handle.type())
                .setPath(path);
        ByteBuffer words =
                ByteBuffer.wrap(Arrays.copyOf(bytes, HANDLE_WORDS * Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < HANDLE_WORDS; i++) {
            entry.addHandle(words.getLong(i * Long.BYTES));
        }
        return InotifyWdEntry.newBuilder()
                .setId(id)
                .setIIno(handle.inode())
                .setMask(number(fields, "mask"))
                .setIgnoredMask(number(fields, "ignored_mask"))
                .setSDev((int) handle.device())
                .setWd(wd)
                .setFHandle(entry)
                .build();
    }

    private static int number(Map<String, String> fields, String name) {
        return Integer.parseUnsignedInt(fields.getOrDefault(name, "0"), 16);
    }
}
