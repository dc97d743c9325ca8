package io.godwit.target.plan;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.tree.TreeImages;
import io.godwit.linux.Shares;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the images of the tasks of a tree, which is most of what there is to read; two threads can do it together. */
final class TaskReading {
    private final List<PstreeEntry> entries;
    private final Shares<CoreEntry> cores;
    private final Shares<Rest> rests;

    /** What a zombie has not. */
    private record Rest(MmEntry memory, FsEntry fs, List<FdinfoEntry> descriptors) {
        static Rest of(TreeImages tree, int pid) throws IOException {
            List<FdinfoEntry> descriptors = new ArrayList<>(tree.descriptors(pid));
            descriptors.sort(Comparator.comparingInt(FdinfoEntry::getFd));
            return new Rest(tree.memory(pid), tree.fs(pid), List.copyOf(descriptors));
        }
    }

    TaskReading(TreeImages tree) throws IOException {
        entries = tree.processes();
        List<Shares.Piece<CoreEntry>> cores = new ArrayList<>();
        List<Shares.Piece<Rest>> rests = new ArrayList<>();
        for (PstreeEntry entry : entries) {
            int pid = entry.getPid();
            for (int tid : leaderFirst(entry)) {
                cores.add(() -> tree.core(tid, pid));
            }
            rests.add(() -> Rest.of(tree, pid));
        }
        this.cores = new Shares<>(cores);
        this.rests = new Shares<>(rests);
    }

    private static Set<Integer> leaderFirst(PstreeEntry entry) {
        Set<Integer> tids = new LinkedHashSet<>();
        tids.add(entry.getPid());
        tids.addAll(entry.getThreadsList());
        return tids;
    }

    /** What the other thread does. */
    Void help() {
        cores.help();
        rests.help();
        return null;
    }

    /** All of them, in the order of the image. */
    List<TaskSnapshot> tasks() throws IOException {
        List<TaskSnapshot> tasks = new ArrayList<>();
        int core = 0;
        for (int i = 0; i < entries.size(); i++) {
            PstreeEntry entry = entries.get(i);
            Map<Integer, CoreEntry> own = new LinkedHashMap<>();
            for (int tid : leaderFirst(entry)) {
                own.put(tid, cores.get(core++));
            }
            TaskSnapshot bare =
                    new TaskSnapshot(entry, own, MmEntry.getDefaultInstance(), FsEntry.getDefaultInstance(), List.of());
            if (bare.zombie()) {
                tasks.add(bare);
            } else {
                Rest rest = rests.get(i);
                tasks.add(new TaskSnapshot(entry, own, rest.memory(), rest.fs(), rest.descriptors()));
            }
        }
        return tasks;
    }
}
