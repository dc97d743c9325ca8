package io.godwit.image.tree;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.io.IOException;
import java.util.List;

/** The images of one tree, by process. Zombies have a core alone. */
public final class TreeImages {
    private final Images images;
    private final OlderTaskImages older;

    public TreeImages(Images images) {
        this.images = images;
        this.older = new OlderTaskImages(images);
    }

    /** Parents before their children. */
    public List<PstreeEntry> processes() throws IOException {
        return ImageReader.open(images, ImageKind.PSTREE).readAll(PstreeEntry.parser());
    }

    /** The core of a process. */
    public CoreEntry core(int pid) throws IOException {
        return core(pid, pid);
    }

    /** The core of a thread of a process. */
    public CoreEntry core(int tid, int pid) throws IOException {
        return older.core(one(ImageKind.CORE, tid, CoreEntry.parser()), tid, pid);
    }

    /** The address space of a process. */
    public MmEntry memory(int pid) throws IOException {
        return older.memory(one(ImageKind.MM, pid, MmEntry.parser()), pid);
    }

    /** Its directories. */
    public FsEntry fs(int pid) throws IOException {
        return one(ImageKind.FS, pid, FsEntry.parser());
    }

    /** Whether a process has more than a core: one that had ended has not. */
    public boolean hasMemory(int pid) {
        return exists(ImageKind.MM, Integer.toUnsignedLong(pid));
    }

    /** Its open files, in the order of the image. */
    public List<FdinfoEntry> descriptors(int pid) throws IOException {
        long table = Integer.toUnsignedLong(ids(pid).getFilesId());
        return ImageReader.open(images, ImageKind.FDINFO, table).readAll(FdinfoEntry.parser());
    }

    /** The ids of what it shares; versions before the ids image had them in the core. */
    public TaskKobjIdsEntry ids(int pid) throws IOException {
        if (exists(ImageKind.IDS, Integer.toUnsignedLong(pid))) {
            return one(ImageKind.IDS, pid, TaskKobjIdsEntry.parser());
        }
        CoreEntry core = one(ImageKind.CORE, pid, CoreEntry.parser());
        if (!core.hasIds()) {
            throw new ImageException(images.directory().resolve(ImageKind.IDS.fileName(Integer.toUnsignedLong(pid)))
                    + ": no such image; is this the directory of a complete dump?");
        }
        return core.getIds();
    }

    private boolean exists(ImageKind kind, long id) {
        return images.has(kind.fileName(id));
    }

    private <T extends Message> T one(ImageKind kind, int id, Parser<T> parser) throws IOException {
        return ImageReader.open(images, kind, Integer.toUnsignedLong(id)).one(parser);
    }
}
