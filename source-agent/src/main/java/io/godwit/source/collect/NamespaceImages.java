package io.godwit.source.collect;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.IpcVarEntry;
import io.godwit.image.proto.MntEntry;
import io.godwit.image.proto.NetnsEntry;
import io.godwit.image.proto.UtsnsEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.proc.KernelSettings;
import io.godwit.linux.proc.Mount;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The images of the namespaces that a tree has of its own. */
public final class NamespaceImages {

    private final TreeNamespaces namespaces;
    private final FileOptions options;

    NamespaceImages(TreeNamespaces namespaces, FileOptions options) {
        this.namespaces = namespaces;
        this.options = options;
    }

    /** What in the namespaces stands against moving a tree of these processes. */
    public static List<CannotMoveException> obstacles(TreeNamespaces namespaces, FileOptions options, Set<Integer> pids)
            throws IOException {
        List<CannotMoveException> obstacles = new ArrayList<>(namespaces.strangers(pids));
        if (namespaces.has(NamespaceKind.NET)
                && !options.emptyNetwork()
                && network(namespaces, options).isEmpty()) {
            obstacles.addAll(NetworkNamespace.obstacles(namespaces.root()));
        }
        if (namespaces.has(NamespaceKind.IPC)) {
            obstacles.addAll(inIpc(namespaces.root()));
        }
        if (namespaces.has(NamespaceKind.CGROUP)) {
            obstacles.addAll(CgroupNamespace.obstacles(namespaces.root()));
        }
        if (namespaces.has(NamespaceKind.MNT)) {
            obstacles.addAll(mounts(namespaces, options).obstacles());
            obstacles.addAll(new SkippedMounts(options.mounts().skipped()).uses(pids));
        }
        return obstacles;
    }

    private static List<CannotMoveException> inIpc(int root) throws IOException {
        return NamespaceThread.in(root, EnumSet.of(NamespaceKind.IPC), IpcObjects::obstacles);
    }

    private static MountCollector mounts(TreeNamespaces namespaces, FileOptions options) throws IOException {
        int root = namespaces.root();
        boolean cgroups = namespaces.has(NamespaceKind.CGROUP);
        // the paths of cgroups are told from where the namespace of the reader begins
        List<Mount> mounts = cgroups
                ? NamespaceThread.in(root, EnumSet.of(NamespaceKind.CGROUP), () -> Mount.of(root))
                : Mount.of(root);
        HostMounts host = options.mounts().found() ? HostMounts.of(root) : HostMounts.NONE;
        return new MountCollector(mounts, ExternalMounts.of(options.external()), host, options.mounts(), cgroups);
    }

    /** The name that the tree's network namespace has outside, where it stays: {@code net[INO]:NAME} of {@code --external}. */
    private static Optional<String> network(TreeNamespaces namespaces, FileOptions options) {
        String resource = namespaces.link(NamespaceKind.NET).replace(":", "") + ":";
        return options.external().stream()
                .filter(external -> namespaces.has(NamespaceKind.NET) && external.startsWith(resource))
                .map(external -> external.substring(resource.length()))
                .findFirst();
    }

    /**
     * The tree stands still.
     *
     * @param pids of all its tasks
     */
    void write(SnapshotSink sink, Set<Integer> pids) throws IOException {
        requireNone(namespaces.strangers(pids));
        if (namespaces.has(NamespaceKind.UTS)) {
            write(sink, ImageKind.UTSNS, NamespaceKind.UTS, List.of(names()));
        }
        if (namespaces.has(NamespaceKind.IPC)) {
            requireNone(inIpc(namespaces.root()));
            write(sink, ImageKind.IPC_VAR, NamespaceKind.IPC, List.of(ipcSettings()));
        }
        Optional<String> network = network(namespaces, options);
        if (network.isPresent()) {
            NetnsEntry entry = NetnsEntry.newBuilder().setExtKey(network.get()).build();
            write(sink, ImageKind.NETNS, NamespaceKind.NET, List.of(entry));
        } else if (namespaces.has(NamespaceKind.NET) && !options.emptyNetwork()) {
            write(sink, ImageKind.NETNS, NamespaceKind.NET, List.of(NetnsEntry.getDefaultInstance()));
            write(sink, ImageKind.NETDEV, NamespaceKind.NET, List.of(NetworkNamespace.loopback(namespaces.root())));
        }
        if (namespaces.has(NamespaceKind.MNT)) {
            MountCollector mounts = mounts(namespaces, options);
            requireNone(mounts.obstacles());
            requireNone(new SkippedMounts(options.mounts().skipped()).uses(pids));
            for (MntEntry mount : mounts.contents()) {
                sink.image(
                        ImageKind.TMPFS_DEV.fileName(Integer.toUnsignedLong(mount.getRootDev())),
                        TmpfsArchive.of(namespaces.root(), mount.getMountpoint()));
            }
            write(sink, ImageKind.MNTS, NamespaceKind.MNT, mounts.entries());
        }
    }

    private static void requireNone(List<CannotMoveException> obstacles) throws CannotMoveException {
        if (!obstacles.isEmpty()) {
            throw obstacles.get(0).andMore(obstacles.size() - 1);
        }
    }

    private static void write(SnapshotSink sink, ImageKind kind, NamespaceKind of, List<? extends Message> entries)
            throws IOException {
        sink.image(kind.fileName(TreeIds.own(of)), ImageEncoder.encode(kind, entries));
    }

    private UtsnsEntry names() throws IOException {
        return NamespaceThread.in(
                namespaces.root(),
                EnumSet.of(NamespaceKind.UTS),
                () -> UtsnsEntry.newBuilder()
                        .setNodename(KernelSettings.read("kernel/hostname"))
                        .setDomainname(KernelSettings.read("kernel/domainname"))
                        .build());
    }

    private IpcVarEntry ipcSettings() throws IOException {
        return NamespaceThread.in(namespaces.root(), EnumSet.of(NamespaceKind.IPC), () -> {
            IpcVarEntry.Builder settings = IpcVarEntry.newBuilder()
                    .setMsgCtlmax(number("kernel/msgmax"))
                    .setMsgCtlmnb(number("kernel/msgmnb"))
                    .setMsgCtlmni(number("kernel/msgmni"))
                    .setAutoMsgmni(number("kernel/auto_msgmni"))
                    .setShmCtlmax(Long.parseUnsignedLong(KernelSettings.read("kernel/shmmax")))
                    .setShmCtlall(Long.parseUnsignedLong(KernelSettings.read("kernel/shmall")))
                    .setShmCtlmni(number("kernel/shmmni"))
                    .setShmRmidForced(number("kernel/shm_rmid_forced"))
                    .setMqQueuesMax(number("fs/mqueue/queues_max"))
                    .setMqMsgMax(number("fs/mqueue/msg_max"))
                    .setMqMsgsizeMax(number("fs/mqueue/msgsize_max"))
                    .setMqMsgDefault(number("fs/mqueue/msg_default"))
                    .setMqMsgsizeDefault(number("fs/mqueue/msgsize_default"));
            for (String limit : KernelSettings.read("kernel/sem").split("\\s+")) {
                settings.addSemCtls(Integer.parseUnsignedInt(limit));
            }
            return settings.build();
        });
    }

    private static int number(String name) throws IOException {
        return Integer.parseUnsignedInt(KernelSettings.read(name));
    }
}
