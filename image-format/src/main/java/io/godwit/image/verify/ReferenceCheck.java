package io.godwit.image.verify;

import io.godwit.image.ImageKind;
import io.godwit.image.Images;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.image.show.VmaStatus;
import io.godwit.image.tree.FileImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What images say of files by number is there. */
final class ReferenceCheck {
    private static final int TCP = 6;
    private static final int ESTABLISHED = 1;

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
        List<FileEntry> known = known();
        known.forEach(this::collect);
        if (known.isEmpty() || images.has(files) && !images.sound(files)) {
            return;
        }
        known.forEach(this::parts);
        for (Path image : images.files()) {
            descriptors(image);
            images.one(image, FsEntry.class).ifPresent(fs -> {
                require(image, "the working directory", fs.getCwdId());
                require(image, "the root directory", fs.getRootId());
            });
            images.one(image, MmEntry.class).ifPresent(memory -> memory(image, memory));
            for (SkPacketEntry packet : images.all(image, SkPacketEntry.class)) {
                require(image, "a packet in a queue", packet.getIdFor());
                packet.getScmList().stream()
                        .flatMap(scm -> scm.getRightsList().stream())
                        .forEach(id -> require(image, "what travels in a packet", id));
            }
            for (PipeDataEntry data : images.all(image, PipeDataEntry.class)) {
                pipe(image, data.getPipeId());
            }
        }
        remaps();
    }

    /** Of files.img, or of the images that older versions have in its place. */
    private List<FileEntry> known() {
        if (images.has(files)) {
            return images.all(files, FileEntry.class);
        }
        try {
            if (FileImages.exist(Images.in(images.directory()))) {
                return FileImages.files(Images.in(images.directory()));
            }
            findings.add(files, "missing, so no file of the tree is known");
        } catch (IOException e) {
            findings.add(files, e);
        }
        return List.of();
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

    /** Whether the dump let go of all connections. */
    private boolean lettingGo() {
        return images.one(images.file(ImageKind.INVENTORY), InventoryEntry.class)
                .map(InventoryEntry::getTcpClose)
                .orElse(false);
    }

    /** Files of which the rest is elsewhere. */
    private void parts(FileEntry file) {
        if (file.hasFifo() && file.getFifo().hasRegfId()) {
            require(files, "the path of fifo " + file.getId(), file.getFifo().getRegfId());
        }
        InetSkEntry socket = file.getIsk();
        if (socket.getProto() == TCP && socket.getState() == ESTABLISHED) {
            Path stream = images.file(ImageKind.TCP_STREAM, socket.getIno());
            if (!images.has(stream) && !lettingGo()) {
                findings.add(stream, "missing, and the connection with id %d needs it", file.getId());
            }
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

    private void remaps() {
        Path image = images.file(ImageKind.REMAP_FPATH);
        if (images.has(image) && !images.sound(image)) {
            return;
        }
        Set<Path> ghosts = new HashSet<>();
        for (RemapFilePathEntry entry : images.all(image, RemapFilePathEntry.class)) {
            RemapFilePathEntry remap = FileImages.typed(entry);
            require(image, "a path", remap.getOrigId());
            if (remap.getRemapType() == RemapType.GHOST) {
                Path ghost = images.file(ImageKind.GHOST_FILE, remap.getRemapId());
                ghosts.add(ghost);
                if (!images.has(ghost)) {
                    findings.add(ghost, "missing, and the deleted file with id %d needs it", remap.getOrigId());
                }
            } else if (remap.getRemapType() == RemapType.LINKED) {
                require(image, "a substitute", remap.getRemapId());
            }
        }
        for (Path file : images.files()) {
            if (!images.all(file, GhostFileEntry.class).isEmpty() && !ghosts.contains(file)) {
                findings.add(file, "is of no deleted file in %s", image.getFileName());
            }
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
