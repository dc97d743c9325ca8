package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.image.show.VmaStatus;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What images say of files by number is there. */
final class ReferenceCheck {
    private final ImageSet images;
    private final Findings findings;
    private final Path files;
    private final Set<Integer> ids = new HashSet<>();
    private final Set<Integer> pipes = new HashSet<>();

    ReferenceCheck(ImageSet images, Findings findings) {
        this.images = images;
        this.findings = findings;
        this.files = images.file(ImageKind.FILES);
    }

    void run() {
        if (!images.has(files)) {
            findings.add(files, "missing, so no file of the tree is known");
        }
        images.all(files, FileEntry.class).forEach(this::collect);
        if (!images.sound(files)) {
            return;
        }
        images.all(files, FileEntry.class).forEach(this::parts);
        for (Path image : images.files()) {
            descriptors(image);
            images.one(image, FsEntry.class).ifPresent(fs -> {
                require(image, "the working directory", fs.getCwdId());
                require(image, "the root directory", fs.getRootId());
            });
            images.one(image, MmEntry.class).ifPresent(memory -> memory(image, memory));
            for (SkPacketEntry packet : images.all(image, SkPacketEntry.class)) {
                require(image, "a packet in a queue", packet.getIdFor());
            }
            for (PipeDataEntry data : images.all(image, PipeDataEntry.class)) {
                pipe(image, data.getPipeId());
            }
        }
        images.all(images.file(ImageKind.REMAP_FPATH), RemapFilePathEntry.class).forEach(this::remap);
    }

    private void collect(FileEntry file) {
        if (!ids.add(file.getId())) {
            findings.add(files, "has the id %d twice", Integer.toUnsignedLong(file.getId()));
        }
        if (file.hasPipe()) {
            pipes.add(file.getPipe().getPipeId());
        }
        if (file.hasFifo()) {
            pipes.add(file.getFifo().getPipeId());
        }
    }

    /** Files of which the rest is elsewhere. */
    private void parts(FileEntry file) {
        if (file.hasFifo() && file.getFifo().hasRegfId()) {
            require(files, "the path of fifo " + file.getId(), file.getFifo().getRegfId());
        }
        if (file.hasMemfd()) {
            Path memfds = images.file(ImageKind.MEMFD_INODE);
            Set<Integer> inodes = images.all(memfds, MemfdInodeEntry.class).stream()
                    .map(inode -> (int) inode.getInodeId())
                    .collect(Collectors.toSet());
            require(inodes, file.getMemfd().getInodeId(), "the memfd " + file.getId(), memfds);
        }
        if (file.hasTty()) {
            Path ttys = images.file(ImageKind.TTY_INFO);
            Set<Integer> known = images.all(ttys, TtyInfoEntry.class).stream()
                    .map(TtyInfoEntry::getId)
                    .collect(Collectors.toSet());
            require(known, file.getTty().getTtyInfoId(), "the terminal " + file.getId(), ttys);
        }
    }

    private void require(Set<Integer> known, int id, String who, Path where) {
        if (!known.contains(id)) {
            findings.add(
                    files,
                    "%s needs the id %d, which is not in %s",
                    who,
                    Integer.toUnsignedLong(id),
                    where.getFileName());
        }
    }

    private void descriptors(Path image) {
        Set<Integer> numbers = new HashSet<>();
        for (FdinfoEntry descriptor : images.all(image, FdinfoEntry.class)) {
            require(image, "descriptor " + Integer.toUnsignedLong(descriptor.getFd()), descriptor.getId());
            if (!numbers.add(descriptor.getFd())) {
                findings.add(image, "has the descriptor %d twice", Integer.toUnsignedLong(descriptor.getFd()));
            }
        }
    }

    private void memory(Path image, MmEntry memory) {
        require(image, "the executable", memory.getExeFileId());
        for (VmaEntry vma : memory.getVmasList()) {
            if (VmaStatus.file(vma) && (vma.getShmid() >>> 32 != 0 || !ids.contains((int) vma.getShmid()))) {
                findings.add(
                        image,
                        "the mapping at 0x%x is of the file with id %s, which is not in %s",
                        vma.getStart(),
                        Long.toUnsignedString(vma.getShmid()),
                        files.getFileName());
            }
        }
    }

    private void remap(RemapFilePathEntry remap) {
        Path image = images.file(ImageKind.REMAP_FPATH);
        require(image, "a path", remap.getOrigId());
        if (remap.getRemapType() == RemapType.GHOST && remap.hasRemapType()) {
            Path ghost = images.file(ImageKind.GHOST_FILE, remap.getRemapId());
            if (!images.has(ghost)) {
                findings.add(ghost, "missing, and the deleted file with id %d needs it", remap.getOrigId());
            }
        } else if (remap.hasRemapType() && remap.getRemapType() == RemapType.LINKED) {
            require(image, "a substitute", remap.getRemapId());
        }
    }

    private void pipe(Path image, int pipe) {
        if (!pipes.contains(pipe)) {
            findings.add(
                    image,
                    "holds data of pipe %d, which is not in %s",
                    Integer.toUnsignedLong(pipe),
                    files.getFileName());
        }
    }

    private void require(Path image, String who, int id) {
        if (!ids.contains(id)) {
            findings.add(
                    image,
                    "%s is the file with id %d, which is not in %s",
                    who,
                    Integer.toUnsignedLong(id),
                    files.getFileName());
        }
    }
}
