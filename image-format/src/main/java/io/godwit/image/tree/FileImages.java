package io.godwit.image.tree;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.FanotifyFileEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InotifyFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The file objects of a tree: from {@code files.img}, or where that is missing from an image for each kind. */
public final class FileImages {
    /** In old images the highest bit of a remap's number says that it is one of a deleted file. */
    private static final int OLD_GHOST_BIT = 1 << 31;

    private static final List<Separate> SEPARATE = List.of(
            new Separate(ImageKind.REG_FILES, FdTypes.REG, FileEntry.REG_FIELD_NUMBER),
            new Separate(ImageKind.EXT_FILES, FdTypes.EXT, FileEntry.EXT_FIELD_NUMBER),
            new Separate(ImageKind.NS_FILES, FdTypes.NS, FileEntry.NSF_FIELD_NUMBER),
            new Separate(ImageKind.EVENTFD_FILE, FdTypes.EVENTFD, FileEntry.EFD_FIELD_NUMBER),
            new Separate(
                    ImageKind.EVENTPOLL_FILE,
                    FdTypes.EVENTPOLL,
                    FileEntry.EPFD_FIELD_NUMBER,
                    ImageKind.EVENTPOLL_TFD,
                    EventpollFileEntry.TFD_FIELD_NUMBER),
            new Separate(ImageKind.SIGNALFD, FdTypes.SIGNALFD, FileEntry.SGFD_FIELD_NUMBER),
            new Separate(
                    ImageKind.INOTIFY_FILE,
                    FdTypes.INOTIFY,
                    FileEntry.IFY_FIELD_NUMBER,
                    ImageKind.INOTIFY_WD,
                    InotifyFileEntry.WD_FIELD_NUMBER),
            new Separate(
                    ImageKind.FANOTIFY_FILE,
                    FdTypes.FANOTIFY,
                    FileEntry.FFY_FIELD_NUMBER,
                    ImageKind.FANOTIFY_MARK,
                    FanotifyFileEntry.MARK_FIELD_NUMBER),
            new Separate(ImageKind.PIPES, FdTypes.PIPE, FileEntry.PIPE_FIELD_NUMBER),
            new Separate(ImageKind.FIFO, FdTypes.FIFO, FileEntry.FIFO_FIELD_NUMBER),
            new Separate(ImageKind.UNIXSK, FdTypes.UNIXSK, FileEntry.USK_FIELD_NUMBER),
            new Separate(ImageKind.INETSK, FdTypes.INETSK, FileEntry.ISK_FIELD_NUMBER),
            new Separate(ImageKind.PACKETSK, FdTypes.PACKETSK, FileEntry.PSK_FIELD_NUMBER),
            new Separate(ImageKind.NETLINK_SK, FdTypes.NETLINKSK, FileEntry.NLSK_FIELD_NUMBER),
            new Separate(ImageKind.TTY_FILES, FdTypes.TTY, FileEntry.TTY_FIELD_NUMBER),
            new Separate(ImageKind.TUNFILE, FdTypes.TUNF, FileEntry.TUNF_FIELD_NUMBER),
            new Separate(ImageKind.TIMERFD, FdTypes.TIMERFD, FileEntry.TFD_FIELD_NUMBER),
            new Separate(ImageKind.PIDFD, FdTypes.PIDFD, FileEntry.PIDFD_FIELD_NUMBER));

    private FileImages() {}

    /**
     * An image of one kind of file.
     *
     * @param field where its entries are in an entry of files.img
     * @param parts the image with the parts of these files, null if they have none
     * @param partField where the parts are in the file they belong to
     */
    private record Separate(ImageKind image, FdTypes type, int field, ImageKind parts, int partField) {
        Separate(ImageKind image, FdTypes type, int field) {
            this(image, type, field, null, 0);
        }

        List<FileEntry> read(Images images) throws IOException {
            FieldDescriptor of = FileEntry.getDescriptor().findFieldByNumber(field);
            Message prototype = FileEntry.newBuilder().newBuilderForField(of).getDefaultInstanceForType();
            List<FileEntry> files = new ArrayList<>();
            for (Message entry : ImageReader.allOf(images, image, prototype.getParserForType())) {
                Message whole = parts == null ? entry : withParts(images, entry);
                files.add(FileEntry.newBuilder()
                        .setType(type)
                        .setId(id(entry))
                        .setField(of, whole)
                        .build());
            }
            return files;
        }

        private Message withParts(Images images, Message file) throws IOException {
            FieldDescriptor of = file.getDescriptorForType().findFieldByNumber(partField);
            if (file.getRepeatedFieldCount(of) > 0) {
                return file;
            }
            Message.Builder whole = file.toBuilder();
            Message prototype = whole.newBuilderForField(of).getDefaultInstanceForType();
            for (Message part : ImageReader.allOf(images, parts, prototype.getParserForType())) {
                if (id(part) == id(file)) {
                    whole.addRepeatedField(of, part);
                }
            }
            return whole.build();
        }

        /** Every kind of file and of part has an id as its first field. */
        private static int id(Message entry) {
            return (Integer) entry.getField(entry.getDescriptorForType().findFieldByNumber(1));
        }
    }

    /** All file objects of a snapshot; none if it has no image of any. */
    public static List<FileEntry> files(Images images) throws IOException {
        if (ImageReader.exists(images, ImageKind.FILES)) {
            return ImageReader.open(images, ImageKind.FILES).readAll(FileEntry.parser());
        }
        List<FileEntry> files = new ArrayList<>();
        for (Separate kind : SEPARATE) {
            files.addAll(kind.read(images));
        }
        return files;
    }

    /** Whether a snapshot has any image of files. */
    public static boolean exist(Images images) {
        return ImageReader.exists(images, ImageKind.FILES)
                || SEPARATE.stream().anyMatch(kind -> ImageReader.exists(images, kind.image()));
    }

    /** What stands for files without a name, each with its type. */
    public static List<RemapFilePathEntry> remaps(Images images) throws IOException {
        return ImageReader.allOf(images, ImageKind.REMAP_FPATH, RemapFilePathEntry.parser()).stream()
                .map(FileImages::typed)
                .toList();
    }

    /** An entry with its type, which old versions have in a bit of its number. */
    public static RemapFilePathEntry typed(RemapFilePathEntry remap) {
        if (remap.hasRemapType()) {
            return remap;
        }
        boolean ghost = (remap.getRemapId() & OLD_GHOST_BIT) != 0;
        return remap.toBuilder()
                .setRemapType(ghost ? RemapType.GHOST : RemapType.LINKED)
                .setRemapId(remap.getRemapId() & ~OLD_GHOST_BIT)
                .build();
    }
}
