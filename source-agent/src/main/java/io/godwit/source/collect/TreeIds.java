package io.godwit.source.collect;

import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.Lsmtype;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.source.cgroup.TreeCgroups;
import java.util.Set;

/**
 * The ids by which images tell what tasks share. Processes that share memory, descriptors, directories or
 * signal actions are refused, so each has its own. Each kind of namespaces has one id for the dumper's, which a restore inherits,
 * and one for that of the tree, if it has one of its own.
 */
final class TreeIds {
    private static final int IMAGE_VERSION = 2;
    private static final int KINDS = NamespaceKind.values().length;

    private TreeIds() {}

    /**
     * Those of a process.
     *
     * @param pid its number in the images
     */
    static TaskKobjIdsEntry of(int pid, TreeNamespaces namespaces) {
        return namespaces(namespaces.kinds())
                .setVmId(pid)
                .setFilesId(pid)
                .setFsId(pid)
                .setSighandId(pid)
                .build();
    }

    /** The id of the tree's own namespace of a kind. */
    static int own(NamespaceKind kind) {
        return KINDS + 1 + kind.ordinal();
    }

    /** @param tcpClose TCP connections were let go of, which the restore must be told to do as well */
    static InventoryEntry inventory(String runId, boolean tcpClose, SecurityLabels.Module labels) {
        TaskKobjIdsEntry own = namespaces(Set.of())
                .setVmId(0)
                .setFilesId(0)
                .setFsId(0)
                .setSighandId(0)
                .build();
        InventoryEntry.Builder inventory = InventoryEntry.newBuilder()
                .setImgVersion(IMAGE_VERSION)
                .setFdinfoPerId(true)
                .setNsPerId(true)
                .setRootIds(own)
                .setRootCgSet(TreeCgroups.OWN)
                .setLsmtype(
                        switch (labels) {
                            case NONE -> Lsmtype.NO_LSM;
                            case SELINUX -> Lsmtype.SELINUX;
                            case APPARMOR -> Lsmtype.APPARMOR;
                        })
                .setDumpCriuRunId(runId);
        if (tcpClose) {
            inventory.setTcpClose(true);
        }
        return inventory.build();
    }

    private static TaskKobjIdsEntry.Builder namespaces(Set<NamespaceKind> own) {
        return TaskKobjIdsEntry.newBuilder()
                .setPidNsId(id(NamespaceKind.PID, own))
                .setNetNsId(id(NamespaceKind.NET, own))
                .setIpcNsId(id(NamespaceKind.IPC, own))
                .setUtsNsId(id(NamespaceKind.UTS, own))
                .setMntNsId(id(NamespaceKind.MNT, own))
                .setUserNsId(id(NamespaceKind.USER, own))
                .setCgroupNsId(id(NamespaceKind.CGROUP, own))
                .setTimeNsId(id(NamespaceKind.TIME, own));
    }

    private static int id(NamespaceKind kind, Set<NamespaceKind> own) {
        return own.contains(kind) ? own(kind) : kind.ordinal() + 1;
    }
}
