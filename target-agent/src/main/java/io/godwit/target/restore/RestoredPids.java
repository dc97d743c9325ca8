package io.godwit.target.restore;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The pids of a tree in its images, which are those in its own pid namespace, and those that the agent sees. */
final class RestoredPids {
    private final boolean other;
    private final Map<Integer, Integer> here = new HashMap<>();
    private final Map<Integer, Integer> images = new HashMap<>();

    /** @param other the tree has a pid namespace of its own */
    RestoredPids(boolean other) {
        this.other = other;
    }

    boolean areOther() {
        return other;
    }

    /** The number in the images of a task that exists. */
    int inImages(int pid) throws IOException {
        if (!other) {
            return pid;
        }
        Integer known = images.get(pid);
        if (known == null) {
            int[] numbers = ProcDirectory.process(pid).status().namespacePids();
            known = numbers[numbers.length - 1];
            images.put(pid, known);
            here.put(known, pid);
        }
        return known;
    }

    /**
     * The pid here of a task that was seen.
     *
     * @throws RestoreException if the tree has a pid namespace of its own and no such task: the number is that of a stranger here
     */
    int here(int number) throws RestoreException {
        if (!other) {
            return number;
        }
        Integer known = here.get(number);
        if (known == null) {
            throw new RestoreException("the images name process " + number
                    + ", which is none of the tree, and of which there is none in its pid namespace");
        }
        return known;
    }
}
