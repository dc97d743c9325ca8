package io.godwit.target.plan;

import io.godwit.image.Images;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FileLockEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.TtyInfoEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything the images say about a process tree, memory contents excepted.
 *
 * @param images where they are
 * @param tasks parents before children; the first is the root
 * @param files open and mapped file objects by id
 * @param remaps stand-ins for files without a name, by file id
 * @param pipes contents of pipes, by pipe id
 * @param packets what waits in the receive queues of unix sockets, in order
 * @param memfds inodes of memfds, by inode id
 * @param locks file locks
 * @param terminals by their ids
 * @param terminalData what waited in terminals to be read, by their ids
 * @param family the tasks by what they are to each other
 */
public record Snapshot(
        Images images,
        List<TaskSnapshot> tasks,
        Map<Integer, FileEntry> files,
        Map<Integer, RemapFilePathEntry> remaps,
        Map<Integer, PipeContent> pipes,
        List<QueuedPacket> packets,
        Map<Long, MemfdInodeEntry> memfds,
        List<FileLockEntry> locks,
        Map<Integer, TtyInfoEntry> terminals,
        Map<Integer, byte[]> terminalData,
        Family family) {
    /** Made of the tasks. */
    public Snapshot(
            Images images,
            List<TaskSnapshot> tasks,
            Map<Integer, FileEntry> files,
            Map<Integer, RemapFilePathEntry> remaps,
            Map<Integer, PipeContent> pipes,
            List<QueuedPacket> packets,
            Map<Long, MemfdInodeEntry> memfds,
            List<FileLockEntry> locks,
            Map<Integer, TtyInfoEntry> terminals,
            Map<Integer, byte[]> terminalData) {
        this(images, tasks, files, remaps, pipes, packets, memfds, locks, terminals, terminalData, new Family(tasks));
    }

    /**
     * What a pipe held.
     *
     * @param capacity in bytes, 0 when unknown
     */
    public record PipeContent(int pipeId, int capacity, byte[] bytes) {}

    /**
     * One datagram or piece of a stream in a socket's receive queue.
     *
     * @param fileId the socket that would have read it
     * @param rights ids of files that travel with it
     */
    public record QueuedPacket(int fileId, byte[] bytes, List<Integer> rights) {}

    /** The same with other terminals. */
    public Snapshot withTerminals(Map<Integer, TtyInfoEntry> others) {
        return new Snapshot(images, tasks, files, remaps, pipes, packets, memfds, locks, others, terminalData, family);
    }

    /** The root of the tree. */
    public TaskSnapshot root() {
        return tasks.get(0);
    }

    /** The pids and tids of all tasks. */
    public List<Integer> ids() {
        return tasks.stream()
                .flatMap(task -> Stream.concat(Stream.of(task.pid()), task.otherThreads().stream()))
                .toList();
    }

    /** The task with this pid. */
    public Optional<TaskSnapshot> task(int pid) {
        return family.task(pid);
    }

    /** The children of a task, in the order of the images. */
    public List<TaskSnapshot> childrenOf(TaskSnapshot parent) {
        return family.childrenOf(parent.pid());
    }
}
