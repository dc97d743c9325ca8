package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.linux.FileStatus;
import io.godwit.linux.RootDirectory;
import io.godwit.linux.proc.FileLock;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;

/** Files and directories with a path, and the few devices that are the same on every host. */
final class RegularFileCollector implements FileCollector {
    private final GhostFiles ghosts;
    private final LinkRemaps links;
    private final BuildIds buildIds;
    private final CommonDevices devices;
    private final RootDirectory root;
    private final boolean looks;

    /**
     * A collector.
     *
     * @param root where the tree's paths begin
     * @param looks each path is compared with the file, for which there is time before the freeze
     */
    RegularFileCollector(
            GhostFiles ghosts,
            LinkRemaps links,
            BuildIds buildIds,
            CommonDevices devices,
            RootDirectory root,
            boolean looks) {
        this.ghosts = ghosts;
        this.links = links;
        this.buildIds = buildIds;
        this.devices = devices;
        this.root = root;
        this.looks = looks;
    }

    @Override
    public boolean accepts(OpenFile file) {
        FileStatus status = file.status();
        return file.link().startsWith("/")
                && !file.link().startsWith("/memfd:")
                && (status.isRegular() || status.isDirectory() || CommonDevices.has(status));
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        String path = file.path();
        FileStatus status = file.status();
        if (CommonDevices.has(file.status())) {
            CommonDevices.Device device = devices.device(file);
            path = device.path();
            status = device.status();
        } else if (file.deleted()) {
            ghosts.remember(entry.getId(), file.path(), file.status(), file.proc());
        } else if (!file.path().equals(file.link())) {
            links.remember(entry.getId(), file.path(), file.status(), file.proc(), file.describe());
        } else if (looks) {
            requirePath(file);
        }
        RegFileEntry.Builder reg = entry(
                        entry.getId(), path, file.flags(), file.info().position(), status)
                .setFown(file.owner());
        if (!leased(file)) {
            buildIds.note(reg, file.status(), file.proc());
        }
        entry.setType(FdTypes.REG).setReg(reg);
    }

    /** To open it would break the lease, of which its holder is told. */
    private static boolean leased(OpenFile file) {
        return file.info().locks().stream().anyMatch(lock -> lock.kind() == FileLock.Kind.LEASE);
    }

    /** What is mounted over, or as a message queue has no path, would be opened as another file or not at all. */
    private void requirePath(OpenFile file) throws IOException {
        try {
            FileStatus there = root.status(file.path());
            if (there.inode() == file.status().inode()
                    && there.device() == file.status().device()) {
                return;
            }
        } catch (IOException gone) {
            // nothing is there, which is no better
        }
        boolean renamed =
                !ProcDirectory.process(file.pid()).link("fd/" + file.fd()).equals(file.link());
        if (renamed) {
            return;
        }
        throw new CannotMoveException(
                file.describe(),
                "its path does not lead to it: something is mounted over it, or it is of a kind without a path",
                "unmount that, or close it");
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
