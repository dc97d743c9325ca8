package io.godwit.source.collect;

import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.Lsmtype;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.freeze.FrozenTask;

/**
 * The ids by which images tell what tasks share. Processes that share memory, descriptors, directories or
 * signal actions are refused, so each has its own; the namespaces are the dumper's own, so each kind has
 * one id, and a restore inherits them.
 */
final class TreeIds {
    private static final int IMAGE_VERSION = 2;

    private TreeIds() {}

    static int filesId(FrozenTask task) {
        return task.pid();
    }

    static TaskKobjIdsEntry of(FrozenTask task) {
        return namespaces()
                .setVmId(task.pid())
                .setFilesId(filesId(task))
                .setFsId(task.pid())
                .setSighandId(task.pid())
                .build();
    }

    /** @param tcpClose TCP connections were let go of, which the restore must be told to do as well */
    static InventoryEntry inventory(String runId, boolean tcpClose, SecurityLabels.Module labels) {
        TaskKobjIdsEntry own =
                namespaces().setVmId(0).setFilesId(0).setFsId(0).setSighandId(0).build();
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

    private static TaskKobjIdsEntry.Builder namespaces() {
        return TaskKobjIdsEntry.newBuilder()
                .setPidNsId(1)
                .setNetNsId(2)
                .setIpcNsId(3)
                .setUtsNsId(4)
                .setMntNsId(5)
                .setUserNsId(6)
                .setCgroupNsId(7)
                .setTimeNsId(8);
    }
}
