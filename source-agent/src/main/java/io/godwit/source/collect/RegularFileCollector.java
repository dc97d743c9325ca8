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
    private final LinkRemaps links;
    private final BuildIds buildIds;

    RegularFileCollector(GhostFiles ghosts, LinkRemaps links, BuildIds buildIds) {
        this.ghosts = ghosts;
        this.links = links;
        this.buildIds = buildIds;
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
        if (file.deleted()) {
            ghosts.remember(entry.getId(), file.path(), file.status(), file.proc());
        } else if (!file.path().equals(file.link())) {
            links.remember(entry.getId(), file.path(), file.status(), file.proc(), file.describe());
        }
        RegFileEntry.Builder reg = entry(
                        entry.getId(), file.path(), file.flags(), file.info().position(), file.status())
                .setFown(file.owner());
        buildIds.note(reg, file.status(), file.proc());
        entry.setType(FdTypes.REG).setReg(reg);
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
}
