package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.util.Set;

/** Files and directories with a path, and the few devices that are the same on every host. */
final class RegularFileCollector implements FileCollector {
    private static final Set<String> COMMON_DEVICES =
            Set.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");

    private final GhostFiles ghosts;

    RegularFileCollector(GhostFiles ghosts) {
        this.ghosts = ghosts;
    }

    @Override
    public boolean accepts(OpenFile file) {
        FileStatus status = file.status();
        return file.link().startsWith("/")
                && !file.link().startsWith("/memfd:")
                && (status.isRegular()
                        || status.isDirectory()
                        || status.isCharacterDevice() && COMMON_DEVICES.contains(file.link()));
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        refuseLocks(file);
        if (file.deleted()) {
            ghosts.remember(entry.getId(), file.path(), file.status(), "/proc/" + file.pid() + "/fd/" + file.fd());
        } else if (!file.path().equals(file.link())) {
            throw new CannotMoveException(
                    file.describe(),
                    "its name was removed but the file has other names",
                    "give it its name back with ln, or close it");
        }
        entry.setType(FdTypes.REG)
                .setReg(entry(
                                entry.getId(),
                                file.path(),
                                file.flags(),
                                file.info().position(),
                                file.status())
                        .setFown(file.owner()));
    }

    /** An entry of a file that is not open in a descriptor: mapped, executed, or a directory. */
    static RegFileEntry.Builder entry(int id, String path, int flags, long position, FileStatus status) {
        RegFileEntry.Builder reg = RegFileEntry.newBuilder()
                .setId(id)
                .setFlags(flags)
                .setPos(position)
                .setFown(nobody())
                .setName(path)
                .setMode(status.mode());
        if (status.isRegular()) {
            reg.setSize(status.size());
        }
        return reg;
    }

    /** No owner: no signals were asked for. */
    static FownEntry nobody() {
        return FownEntry.newBuilder()
                .setUid(0)
                .setEuid(0)
                .setSignum(0)
                .setPidType(0)
                .setPid(0)
                .build();
    }

    private static void refuseLocks(OpenFile file) throws CannotMoveException {
        if (!file.info().startingWith("lock:").isEmpty()) {
            throw new CannotMoveException(
                    file.describe(), "it holds a file lock, which can not be moved yet", "release the lock");
        }
    }
}
