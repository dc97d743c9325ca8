package io.godwit.source.collect;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.proc.FdInfo;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All open file descriptions and mapped files of a tree, each with one id, as the image {@code files} holds them. */
final class FileTable {
    private record Mapped(long device, long inode, int flags) {}

    record Description(int id, FdTypes type, int pid, int fd) {}

    private final List<FileEntry> entries = new ArrayList<>();
    private final Map<String, List<Description>> descriptions = new HashMap<>();
    /** By the number of the descriptor that was described last under it. */
    private final Map<Integer, Description> numbers = new HashMap<>();

    private final Map<Mapped, Integer> mapped = new HashMap<>();
    private final Map<ListedFile, Integer> listed = new HashMap<>();
    private final FileLocks locks;
    private final TerminalCollector terminals;
    private final GhostFiles ghosts;
    private final LinkRemaps links;
    private final BuildIds buildIds;
    private final SharedMemory sharedMemory = new SharedMemory();
    private final MemfdCollector memfds;
    private final PipeCollector pipes;
    private final UnixSocketCollector unixSockets;
    private final PluginFileCollector pluginFiles;
    private final InetSocketCollector inetSockets;
    private final InotifyCollector inotify;
    private final PidfdCollector pidfds = new PidfdCollector();
    private final boolean skipInFlight;
    private final Surroundings surroundings;
    private final List<FileCollector> collectors;

    /**
     * An empty table.
     *
     * @param options how files are treated
     * @param contents the tree stands still, so what waits in pipes and sockets is to be read
     * @param connections is told of the TCP connections that are kept
     * @param surroundings of the tree
     */
    FileTable(FileOptions options, boolean contents, ConnectionSink connections, Surroundings surroundings) {
        this.surroundings = surroundings;
        List<MountInfo> mounts = surroundings.mounts();
        locks = new FileLocks(options.locks(), surroundings.pids());
        terminals = new TerminalCollector(options.terminal(), options.orphans(), mounts);
        ghosts = new GhostFiles(options.ghostLimitBytes());
        links = new LinkRemaps(options.linkRemap() && surroundings.root().isOwn(), contents);
        buildIds = new BuildIds(options.validation() == FileOptions.Validation.BUILD_ID);
        memfds = new MemfdCollector(sharedMemory);
        pipes = new PipeCollector(contents);
        unixSockets = new UnixSocketCollector(contents, options.external(), surroundings.network());
        pluginFiles = new PluginFileCollector(options.plugins(), contents);
        inetSockets = new InetSocketCollector(options.connections(), connections);
        inotify = new InotifyCollector(contents, mounts);
        skipInFlight = options.connections().skipInFlight();
        collectors = List.of(
                new ExternalFileCollector(options.external()),
                new RegularFileCollector(
                        ghosts,
                        links,
                        buildIds,
                        new CommonDevices(options.evasiveDevices(), surroundings.root()),
                        surroundings.root(),
                        !contents),
                pipes,
                unixSockets,
                inetSockets,
                new NetlinkSocketCollector(contents),
                new EventFdCollector(),
                new EventPollCollector(),
                inotify,
                pidfds,
                new TimerFdCollector(),
                new SignalFdCollector(),
                terminals,
                memfds,
                pluginFiles);
    }

    /** The descriptor table of a process. */
    List<FdinfoEntry> descriptors(int pid) throws IOException {
        List<FdinfoEntry> table = new ArrayList<>();
        ProcDirectory process = ProcDirectory.process(pid);
        try (Fd pidfd = Descriptors.pidfdOpen(pid)) {
            for (int fd : process.descriptors()) {
                FdInfo info = process.fdInfo(fd);
                Description description = inherited(pid, fd, info).orElse(null);
                if (description == null) {
                    try (OpenFile file = OpenFile.of(pid, pidfd, fd, info)) {
                        description = describe(file);
                        numbers.put(fd, description);
                    }
                }
                table.add(FdinfoEntry.newBuilder()
                        .setId(description.id())
                        .setFlags(info.closeOnExec() ? 1 : 0)
                        .setType(description.type())
                        .setFd(fd)
                        .build());
            }
        }
        return table;
    }

    /** Most descriptors are those of the parent, under the same numbers; a lock is to be noted for each process. */
    private Optional<Description> inherited(int pid, int fd, FdInfo info) throws IOException {
        Description known = numbers.get(fd);
        boolean same =
                known != null && !info.hasLocks() && Descriptors.compareFiles(known.pid(), known.fd(), pid, fd) == 0;
        return same ? Optional.of(known) : Optional.empty();
    }

    /** The file that a process executes. */
    int executable(int pid) throws IOException {
        return path(pid, "exe", Descriptors.O_RDONLY);
    }

    /** The directory that a link such as {@code cwd} or {@code root} names. */
    int directory(int pid, String link) throws IOException {
        return path(pid, link, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
    }

    /** The file behind a mapping. */
    int mapped(int pid, Vma vma) throws IOException {
        boolean writes = vma.shared() && (vma.protection() & Vma.WRITE) != 0;
        int flags = writes ? Descriptors.O_RDWR : Descriptors.O_RDONLY;
        ListedFile key = new ListedFile(vma.device(), vma.inode(), vma.name(), vma.deleted(), flags);
        Integer known = listed.get(key);
        if (known == null) {
            known = path(pid, "map_files/" + vma.mapFile(), flags);
            listed.put(key, known);
        }
        return known;
    }

    /** The memfd behind a mapping. */
    int mappedMemfd(int pid, Vma vma) throws IOException {
        String path = ProcDirectory.process(pid).path("map_files/" + vma.mapFile());
        FileStatus status = Descriptors.status(path);
        int flags = Descriptors.O_RDWR;
        Mapped key = new Mapped(status.device(), status.inode(), flags);
        Integer known = mapped.get(key);
        if (known != null) {
            return known;
        }
        FileEntry.Builder entry = FileEntry.newBuilder().setId(nextId());
        try (Fd fd = Descriptors.open(path, flags, 0)) {
            int inode = memfds.inode(vma.name(), status, fd, path);
            memfds.fill(entry, inode, flags, 0, RegularFileCollector.nobody());
        }
        return add(key, entry);
    }

    /** Notes the object behind an anonymous shared mapping; gives its id. */
    int sharedAnonymous(int pid, Vma vma) throws IOException {
        String path = ProcDirectory.process(pid).path("map_files/" + vma.mapFile());
        return sharedMemory.anonymous(vma.inode(), vma.offset() + vma.bytes(), path);
    }

    /** The sockets in the table. */
    List<FileEntry> sockets() {
        return entries.stream()
                .filter(entry -> entry.hasIsk() || entry.hasUsk())
                .toList();
    }

    /** The unix sockets whose other end is not in the table. */
    List<UnixSocketCollector.OutsidePeer> outsidePeers() {
        return unixSockets.outsidePeers();
    }

    /**
     * Passes if nothing is lost that may not be; to be asked when all files are in the table.
     *
     * @param pids of the tree
     */
    void requireWhole(Set<Integer> pids) throws IOException {
        for (var process : pidfds.processes().entrySet()) {
            if (!pids.contains(process.getValue())) {
                throw PidfdCollector.outside(process.getKey(), process.getValue());
            }
        }
        terminals.complete();
        List<CannotMoveException> lost = inFlight();
        if (!lost.isEmpty() && !skipInFlight) {
            throw lost.get(0);
        }
    }

    /** The connections that wait to be accepted on the tree's sockets, and are lost. */
    List<CannotMoveException> inFlight() {
        List<CannotMoveException> waiting = new ArrayList<>(unixSockets.waiting());
        waiting.addAll(inetSockets.waiting());
        return waiting;
    }

    /** Whether established TCP connections are let go of. */
    boolean closesConnections() {
        return inetSockets.closes();
    }

    /** The paths that are watched by inotify. */
    List<String> watched() {
        return inotify.watched();
    }

    /** The processes for which descriptors stand, by the descriptors in words. */
    Map<String, Integer> processes() {
        return pidfds.processes();
    }

    /** The pseudo terminals of which the master is in the table: the session that each controls, by its number. */
    Map<Integer, Integer> terminals() {
        return terminals.inside();
    }

    /** The pseudo terminals of which the master is not in the table, and will be made anew. */
    Set<Integer> orphans() {
        return terminals.orphans();
    }

    /** The slaves of pseudo terminals that can not be moved, as their master is not in the table. */
    List<CannotMoveException> outsideTerminals() {
        return terminals.outside();
    }

    /** Reads the connections, now that all are known. */
    void read(TcpConnections connections) throws IOException {
        connections.read(entries);
    }

    SharedMemory sharedMemory() {
        return sharedMemory;
    }

    void write(SnapshotSink sink) throws IOException {
        unixSockets.arrange(entries);
        for (FileEntry.Builder peer : unixSockets.namedPeers()) {
            peer.setId(nextId()).getUskBuilder().setId(nextId());
            entries.add(peer.build());
        }
        nameTerminals();
        int firstLink = nextId();
        entries.addAll(links.entries(firstLink));
        sink.image(ImageKind.FILES.fileName(), ImageEncoder.encode(ImageKind.FILES, entries));
        List<RemapFilePathEntry> remaps = new ArrayList<>(ghosts.remaps());
        remaps.addAll(links.remaps(firstLink));
        if (!remaps.isEmpty()) {
            sink.image(ImageKind.REMAP_FPATH.fileName(), ImageEncoder.encode(ImageKind.REMAP_FPATH, remaps));
        }
        ghosts.write(sink);
        pluginFiles.write(sink);
        writeMessages(sink, ImageKind.FILE_LOCKS, locks.entries());
        writeMessages(sink, ImageKind.TTY_INFO, terminals.terminals());
        writeMessages(sink, ImageKind.TTY_DATA, terminals.data());
        writeEntries(sink, ImageKind.PIPES_DATA, pipes.data());
        writeEntries(sink, ImageKind.SK_QUEUES, unixSockets.queues());
        if (!memfds.isEmpty()) {
            sink.image(ImageKind.MEMFD_INODE.fileName(), ImageEncoder.encode(ImageKind.MEMFD_INODE, memfds.inodes()));
        }
    }

    /** Takes back what was done to the file system. */
    void undo() {
        links.undo();
    }

    /** Each entry of a terminal needs one that tells its path. */
    private void nameTerminals() {
        for (int i = entries.size() - 1; i >= 0; i--) {
            FileEntry entry = entries.get(i);
            if (entry.hasTty()) {
                int id = nextId();
                entries.add(FileEntry.newBuilder()
                        .setId(id)
                        .setType(FdTypes.REG)
                        .setReg(terminals.path(entry.getTty(), id))
                        .build());
                entries.set(
                        i,
                        entry.toBuilder()
                                .setTty(entry.getTty().toBuilder().setRegfId(id))
                                .build());
            }
        }
    }

    private static void writeMessages(SnapshotSink sink, ImageKind kind, List<? extends Message> messages)
            throws IOException {
        if (!messages.isEmpty()) {
            sink.image(kind.fileName(), ImageEncoder.encode(kind, messages));
        }
    }

    private static void writeEntries(SnapshotSink sink, ImageKind kind, List<Entry> entries) throws IOException {
        if (!entries.isEmpty()) {
            sink.image(kind.fileName(), ImageEncoder.encodeEntries(kind, entries));
        }
    }

    /** Descriptors that look alike may be one description, shared by dup(2) or fork(2); kcmp(2) tells. */
    Description describe(OpenFile file) throws IOException {
        Description description = find(file);
        locks.note(file, description.id());
        return description;
    }

    private Description find(OpenFile file) throws IOException {
        String alike = file.link() + " " + file.status().inode() + " " + file.flags();
        List<Description> candidates = descriptions.computeIfAbsent(alike, key -> new ArrayList<>());
        for (Description candidate : candidates) {
            if (Descriptors.compareFiles(candidate.pid(), candidate.fd(), file.pid(), file.fd()) == 0) {
                return candidate;
            }
        }
        FileEntry.Builder entry = FileEntry.newBuilder().setId(nextId());
        collectorOf(file).collect(file, entry);
        ElsewhereFiles.require(file, entry, surroundings);
        entries.add(entry.build());
        Description description = new Description(entry.getId(), entry.getType(), file.pid(), file.fd());
        candidates.add(description);
        return description;
    }

    private FileCollector collectorOf(OpenFile file) throws CannotMoveException {
        for (FileCollector collector : collectors) {
            if (collector.accepts(file)) {
                return collector;
            }
        }
        throw new CannotMoveException(
                file.describe(),
                "a descriptor of this kind can not be moved yet",
                "close it, or leave the process here");
    }

    private int path(int pid, String link, int flags) throws IOException {
        ProcDirectory proc = ProcDirectory.process(pid);
        FileStatus status = Descriptors.status(proc.path(link));
        Mapped key = new Mapped(status.device(), status.inode(), flags);
        Integer known = mapped.get(key);
        if (known != null) {
            return known;
        }
        String deleted = " (deleted)";
        String name = proc.link(link);
        FileEntry.Builder entry = FileEntry.newBuilder().setId(nextId());
        if (name.endsWith(deleted)) {
            String open = proc.path(link);
            name = name.substring(0, name.length() - deleted.length());
            if (!surroundings.root().isOwn() && status.isDirectory()) {
                throw new CannotMoveException(
                        link + " (" + name + ") of process " + pid,
                        "a deleted directory in a mount namespace of its own can not be moved yet",
                        "let the process go to another directory");
            }
            if (status.links() == 0) {
                ghosts.remember(entry.getId(), name, status, open);
            } else {
                links.remember(entry.getId(), name, status, open, link + " (" + name + ") of process " + pid);
            }
        }
        RegFileEntry.Builder reg = RegularFileCollector.entry(entry.getId(), name, flags, 0, status);
        buildIds.note(reg, status, proc.path(link));
        entry.setType(FdTypes.REG).setReg(reg);
        return add(key, entry);
    }

    private int add(Mapped key, FileEntry.Builder entry) {
        entries.add(entry.build());
        mapped.put(key, entry.getId());
        return entry.getId();
    }

    private int nextId() {
        return entries.size() + 1;
    }
}
