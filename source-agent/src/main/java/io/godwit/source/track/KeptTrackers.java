package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.keep.DescriptorKeeper;
import io.godwit.linux.keep.Floor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Trackers that lived on after the command that made them, in a {@link DescriptorKeeper} with the name of the snapshot
 * since which they know the writes. They are this command's once it has {@link #takeOver taken them over}: before that,
 * it may only ask them without protecting anything, and if it ends they are as they were.
 */
public final class KeptTrackers implements AutoCloseable {
    private static final String NAME = "godwit-tracker-";

    private final Floor floor;
    private final List<TrackerParts> parts = new ArrayList<>();

    private KeptTrackers(Floor floor) {
        this.floor = floor;
        List<Fd> kept = floor.kept();
        for (int i = 0; i + TrackerParts.COUNT <= kept.size(); i += TrackerParts.COUNT) {
            parts.add(new TrackerParts(kept.get(i), kept.get(i + 1), kept.get(i + 2)));
        }
    }

    /**
     * Those that know the writes since a snapshot.
     *
     * @param snapshot the id in its inventory
     * @return empty if they ended
     */
    public static Optional<KeptTrackers> since(String snapshot) throws IOException {
        return Floor.ask(NAME + snapshot).map(KeptTrackers::new);
    }

    /**
     * Lets the trackers of a tree live on.
     *
     * @param snapshot the id of the snapshot that has all pages which they take as unchanged
     * @param root with which they end
     * @return what is to be said if they end with this command instead, which breaks nothing
     */
    public static Optional<String> keep(String snapshot, int root, TreeMemory memory) {
        try (Fd owner = Descriptors.pidfdOpen(root)) {
            List<Fd> descriptors = new ArrayList<>();
            for (TrackerParts each : memory.parts()) {
                descriptors.addAll(List.of(each.process(), each.uffd(), each.pagemap()));
            }
            DescriptorKeeper.start(NAME + snapshot, owner, descriptors);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the next dump will have to be a full one, as nothing keeps track of the writes: "
                    + e.getMessage());
        }
    }

    /** Ends all that track a process, of whatever snapshot: two trackers of one process would hide writes from each other. */
    static void endThoseOf(int pid) throws IOException {
        for (String name : DescriptorKeeper.names(NAME)) {
            Optional<Floor> floor = Floor.ask(name);
            if (floor.isPresent()) {
                try (KeptTrackers kept = new KeptTrackers(floor.get())) {
                    if (kept.find(pid).isPresent()) {
                        kept.takeOver();
                    }
                }
            }
        }
    }

    /** The root of the tree that they track; 0 if it has ended. */
    public int root() throws IOException {
        return Descriptors.processOf(floor.owner());
    }

    /** From now on they are this command's, and end with it. */
    public void takeOver() throws IOException {
        floor.takeOver();
    }

    private Optional<TrackerParts> find(int pid) throws IOException {
        for (TrackerParts each : parts) {
            if (Descriptors.processOf(each.process()) == pid) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** Gives the tracker of a process away; empty if there is none, or the process has another memory since. */
    Optional<MemoryTracker> of(int pid, Lock ptrace) throws IOException {
        Optional<TrackerParts> found = find(pid);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        parts.remove(found.get());
        TrackerParts own = new TrackerParts(
                Fd.of(found.get().process().release()),
                Fd.of(found.get().uffd().release()),
                Fd.of(found.get().pagemap().release()));
        MemoryTracker tracker = new WriteProtectTracker(pid, own, ptrace);
        if (tracker.current()) {
            return Optional.of(tracker);
        }
        tracker.close();
        return Optional.empty();
    }

    @Override
    public void close() {
        floor.close();
    }
}
