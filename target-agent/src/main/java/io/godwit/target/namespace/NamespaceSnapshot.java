package io.godwit.target.namespace;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.IpcDescEntry;
import io.godwit.image.proto.IpcVarEntry;
import io.godwit.image.proto.MntEntry;
import io.godwit.image.proto.NetDeviceEntry;
import io.godwit.image.proto.NetnsEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.image.proto.UtsnsEntry;
import io.godwit.image.tree.TreeImages;
import io.godwit.linux.NamespaceKind;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What images say of the namespaces that a tree has of its own.
 *
 * @param kinds those that it has
 * @param names of the host; if it has a UTS namespace
 * @param ipc settings of its IPC namespace
 * @param network the name of its network namespace, if that stayed outside
 * @param devices of its network namespace
 * @param filters the names of images with packet filters of its network namespace
 * @param mounts of its mount namespace, parents before what is on them
 */
public record NamespaceSnapshot(
        Set<NamespaceKind> kinds,
        Optional<UtsnsEntry> names,
        Optional<IpcVarEntry> ipc,
        Optional<String> network,
        List<NetDeviceEntry> devices,
        List<String> filters,
        List<MntEntry> mounts) {
    private static final List<ImageKind> IPC_OBJECTS =
            List.of(ImageKind.IPCNS_SHM, ImageKind.IPCNS_MSG, ImageKind.IPCNS_SEM);

    /**
     * Reads them.
     *
     * @param root its number in the images
     * @param living the numbers of all tasks that have namespaces
     * @throws RestoreException if there are such as can not be restored
     */
    public static NamespaceSnapshot read(Images images, int root, List<Integer> living) throws IOException {
        InventoryEntry inventory = ImageReader.open(images, ImageKind.INVENTORY).one(InventoryEntry.parser());
        TreeImages tree = new TreeImages(images);
        Map<NamespaceKind, Integer> ids = new EnumMap<>(NamespaceKind.class);
        TaskKobjIdsEntry dumper = inventory.getRootIds();
        if (inventory.hasRootIds()) {
            TaskKobjIdsEntry own = tree.ids(root);
            for (NamespaceKind kind : NamespaceKind.values()) {
                if (id(own, kind) != 0 && id(own, kind) != id(dumper, kind)) {
                    ids.put(kind, id(own, kind));
                }
            }
            for (int pid : living) {
                requireSame(pid, tree.ids(pid), own);
            }
        }
        require(images, ids);
        return new NamespaceSnapshot(
                ids.keySet(),
                one(images, ImageKind.UTSNS, ids.get(NamespaceKind.UTS), UtsnsEntry.parser()),
                one(images, ImageKind.IPC_VAR, ids.get(NamespaceKind.IPC), IpcVarEntry.parser()),
                all(images, ImageKind.NETNS, ids.get(NamespaceKind.NET), NetnsEntry.parser()).stream()
                        .filter(NetnsEntry::hasExtKey)
                        .map(NetnsEntry::getExtKey)
                        .findFirst(),
                all(images, ImageKind.NETDEV, ids.get(NamespaceKind.NET), NetDeviceEntry.parser()),
                ids.containsKey(NamespaceKind.NET)
                        ? PacketFilters.in(images.directory(), ids.get(NamespaceKind.NET))
                        : List.of(),
                all(images, ImageKind.MNTS, ids.get(NamespaceKind.MNT), MntEntry.parser()));
    }

    private static void requireSame(int pid, TaskKobjIdsEntry ids, TaskKobjIdsEntry ofRoot) throws RestoreException {
        for (NamespaceKind kind : NamespaceKind.values()) {
            if (id(ids, kind) != 0 && id(ids, kind) != id(ofRoot, kind)) {
                throw new RestoreException("process " + pid + " is in another " + kind.word()
                        + " namespace than the root of the tree, which can not be restored yet; dump it without one");
            }
        }
    }

    private static void require(Images images, Map<NamespaceKind, Integer> ids) throws IOException {
        for (NamespaceKind kind : ids.keySet()) {
            if (!NamespaceKind.HELD.contains(kind)) {
                throw new RestoreException("the tree has a " + kind.word()
                        + " namespace of its own, which can not be restored yet; dump it without one");
            }
        }
        for (ImageKind objects : IPC_OBJECTS) {
            if (!all(images, objects, ids.get(NamespaceKind.IPC), IpcDescEntry.parser())
                    .isEmpty()) {
                throw new RestoreException(objects.fileName(ids.get(NamespaceKind.IPC))
                        + " has objects of System V, which can not be restored yet; remove them before the dump");
            }
        }
    }

    /** Whether it has none. */
    public boolean isEmpty() {
        return kinds.isEmpty();
    }

    public boolean has(NamespaceKind kind) {
        return kinds.contains(kind);
    }

    private static int id(TaskKobjIdsEntry ids, NamespaceKind kind) {
        return switch (kind) {
            case PID -> ids.getPidNsId();
            case NET -> ids.getNetNsId();
            case IPC -> ids.getIpcNsId();
            case UTS -> ids.getUtsNsId();
            case MNT -> ids.getMntNsId();
            case USER -> ids.getUserNsId();
            case CGROUP -> ids.getCgroupNsId();
            case TIME -> ids.getTimeNsId();
        };
    }

    private static <T extends Message> Optional<T> one(Images images, ImageKind kind, Integer id, Parser<T> parser)
            throws IOException {
        return id == null
                ? Optional.empty()
                : Optional.of(ImageReader.open(images, kind, id).one(parser));
    }

    private static <T extends Message> List<T> all(Images images, ImageKind kind, Integer id, Parser<T> parser)
            throws IOException {
        return id == null || !images.has(kind.fileName(id))
                ? List.of()
                : ImageReader.open(images, kind, id).readAll(parser);
    }
}
