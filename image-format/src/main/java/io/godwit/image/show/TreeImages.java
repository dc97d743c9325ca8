package io.godwit.image.show;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images of one tree, by process. Zombies have a core alone, so all else may be missing. */
final class TreeImages {
    private final Path directory;

    TreeImages(Path directory) {
        this.directory = directory;
    }

    /** Parents before their children. */
    List<PstreeEntry> processes() throws IOException {
        return ImageReader.open(directory, ImageKind.PSTREE).readAll(PstreeEntry.parser());
    }

    CoreEntry core(int pid) throws IOException {
        return ImageReader.open(directory, ImageKind.CORE, Integer.toUnsignedLong(pid))
                .one(CoreEntry.parser());
    }

    Optional<MmEntry> memory(int pid) throws IOException {
        return only(ImageKind.MM, pid, MmEntry.parser());
    }

    Optional<FsEntry> fs(int pid) throws IOException {
        return only(ImageKind.FS, pid, FsEntry.parser());
    }

    List<FdinfoEntry> descriptors(int pid) throws IOException {
        Optional<TaskKobjIdsEntry> ids = only(ImageKind.IDS, pid, TaskKobjIdsEntry.parser());
        long table =
                ids.map(entry -> Integer.toUnsignedLong(entry.getFilesId())).orElse(0L);
        return ids.isPresent() && Files.exists(directory.resolve(ImageKind.FDINFO.fileName(table)))
                ? ImageReader.open(directory, ImageKind.FDINFO, table).readAll(FdinfoEntry.parser())
                : List.of();
    }

    private <T extends Message> Optional<T> only(ImageKind kind, int pid, Parser<T> parser) throws IOException {
        long id = Integer.toUnsignedLong(pid);
        return Files.exists(directory.resolve(kind.fileName(id)))
                ? Optional.of(ImageReader.open(directory, kind, id).one(parser))
                : Optional.empty();
    }
}
