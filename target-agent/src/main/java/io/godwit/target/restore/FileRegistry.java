package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.target.plan.AgentFiles;
import io.godwit.target.plan.FileNames;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.Terminals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Every file object of a snapshot, opened once in the agent. Tasks take them from here, so that descriptors which shared a file
 * object share one again.
 */
final class FileRegistry implements AgentFiles {
    private final Snapshot snapshot;
    private final FileTable table;
    private final FileOptions options;
    private final PseudoTerminals terminals;
    private final SharedObjects objects;
    private final OptionalInt held;
    private final SharedMemoryRestorer sharedMemory;
    private final MemfdRestorer memfds;
    private final SharedMemoryContent content;
    /** By descriptor; each is asked for once for every mapping of every task. */
    private final Map<Integer, String> identities = new HashMap<>();

    /** The descriptors of the slave ends of controlling terminals, by the numbers that these had; other threads may ask for them. */
    private Map<Integer, Integer> slaves = Map.of();

    private final int pid = Math.toIntExact(ProcessHandle.current().pid());

    /** @param objects the shared memory that is there already; what is missing is made */
    FileRegistry(
            Snapshot snapshot, FileTable table, FileOptions options, PseudoTerminals terminals, SharedObjects objects) {
        this(snapshot, table, options, terminals, objects, OptionalInt.empty());
    }

    /**
     * The same for tasks that can not name this process.
     *
     * @param held the number under which they hold a pidfd of it; none if they can
     */
    FileRegistry(
            Snapshot snapshot,
            FileTable table,
            FileOptions options,
            PseudoTerminals terminals,
            SharedObjects objects,
            OptionalInt held) {
        this.held = held;
        this.snapshot = snapshot;
        this.table = table;
        this.options = options;
        this.terminals = terminals;
        this.content = new SharedMemoryContent(snapshot.images().directory(), objects);
        this.objects = objects;
        this.sharedMemory = new SharedMemoryRestorer(objects, content);
        this.memfds = new MemfdRestorer(objects, content);
    }

    /** Opens everything. */
    void open() throws IOException {
        for (KindRestorer kind : kinds()) {
            if (kind.connects()) {
                table.connecting(() -> kind.restore(snapshot, table));
            } else {
                kind.restore(snapshot, table);
            }
        }
        Set<Integer> paths = TerminalRestorer.paths(snapshot);
        for (FileEntry file : snapshot.files().values()) {
            if (!table.has(file.getId()) && !UnixSocketRestorer.external(file) && !paths.contains(file.getId())) {
                throw new RestoreException(
                        FileNames.of(file) + " is of a kind that can not be restored yet (" + file.getType() + ")");
            }
        }
        shareMemory();
        openControlling();
    }

    /** Opens only what has a path, shared memory and controlling terminals; enough for the shape of a tree. */
    void openShape() throws IOException {
        regularFiles().restore(snapshot, table);
        memfds.restore(snapshot, table);
        shareMemory();
        openControlling();
    }

    private void shareMemory() throws IOException {
        sharedMemory.restore(snapshot);
        Set<Long> shmids = new HashSet<>(sharedMemory.shmids());
        snapshot.memfds().values().forEach(memfd -> shmids.add((long) memfd.getShmid()));
        objects.keepOnly(shmids);
    }

    private void openControlling() throws LinuxException {
        Map<Integer, Integer> opened = new HashMap<>();
        for (Terminals.Pair pair : Terminals.of(snapshot).byIndex().values()) {
            if (pair.session() != 0) {
                opened.put(pair.index(), terminals.get(pair.index()).slave().number());
            }
        }
        slaves = Map.copyOf(opened);
    }

    /** Opens what stands for processes, which must exist. */
    void openProcesses(RestoredPids pids) throws IOException {
        PidfdRestorer.open(snapshot, table, pids);
    }

    /** Puts the contents into shared memory and memfds. */
    void fill() throws IOException {
        content.fillAll();
    }

    /** What must wait until the tasks have mapped and taken the files, and exist. */
    void finish(RestoredPids pids) throws IOException {
        memfds.seal();
        new FileOwners(snapshot, table, pids).restore();
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public OptionalInt held() {
        return held;
    }

    @Override
    public int file(int fileId) {
        try {
            return table.fd(fileId).number();
        } catch (RestoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int sharedMemory(long shmid) {
        return sharedMemory.object(shmid).number();
    }

    @Override
    public String identity(int agentFd) {
        return identities.computeIfAbsent(agentFd, FileRegistry::lookUp);
    }

    private static String lookUp(int agentFd) {
        try {
            FileStatus status = Descriptors.status("/proc/self/fd/" + agentFd);
            return "inode " + status.inode() + " of device " + Long.toHexString(status.device());
        } catch (LinuxException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int terminal(int index) {
        return slaves.get(index);
    }

    private RegularFileRestorer regularFiles() {
        return new RegularFileRestorer(new FileValidator(options));
    }

    /** All kinds that can be restored; what the tree is given comes first. */
    private List<KindRestorer> kinds() {
        return List.of(
                new InheritedFiles(options.inherited(), table.elsewhere()),
                regularFiles(),
                new TerminalRestorer(options.terminal(), terminals),
                new PipeRestorer(),
                new FifoRestorer(),
                new EventFdRestorer(),
                new EpollRestorer(),
                new SignalFdRestorer(),
                new TimerFdRestorer(),
                new UnixSocketRestorer(),
                new InotifyRestorer(),
                new PidfdRestorer(),
                new NetlinkSocketRestorer(),
                new InetSocketRestorer(options.connections()),
                memfds,
                new PluginFileRestorer(options.plugins()));
    }
}
