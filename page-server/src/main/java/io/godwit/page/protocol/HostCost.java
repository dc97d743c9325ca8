package io.godwit.page.protocol;

import io.godwit.page.proto.RestoreCost;
import java.time.Duration;

/**
 * What one host needs for a tree that stands still, beside its pages: so much for any tree, and as much again for each of what it has.
 *
 * @param tree of any tree
 * @param task of each process, with one thread
 * @param thread of each other thread
 */
public record HostCost(Duration tree, Duration task, Duration thread) {
    /**
     * From what a tree of one process took.
     *
     * @param one of which {@code task} is a part
     */
    public static HostCost ofOne(Duration one, Duration task, Duration thread) {
        return new HostCost(difference(task, one), task, thread);
    }

    /** As it was told to the other host. */
    public static HostCost of(RestoreCost told) {
        return new HostCost(
                Duration.ofNanos(told.getTreeNanos()),
                Duration.ofNanos(told.getTaskNanos()),
                Duration.ofNanos(told.getThreadNanos()));
    }

    /** What each of some more of a thing takes; nothing if they took no longer. */
    public static Duration each(Duration few, Duration many, int more) {
        return difference(few, many).dividedBy(more);
    }

    private static Duration difference(Duration less, Duration more) {
        return more.compareTo(less) > 0 ? more.minus(less) : Duration.ZERO;
    }

    /** For a tree of so many processes, and so many threads with those that each process begins with. */
    public Duration of(int tasks, int threads) {
        return tree.plus(task.multipliedBy(tasks)).plus(thread.multipliedBy(threads - tasks));
    }

    /** What both hosts need, one after the other. */
    public HostCost plus(HostCost other) {
        return new HostCost(tree.plus(other.tree), task.plus(other.task), thread.plus(other.thread));
    }

    /** What a host that is so much slower needs. */
    public HostCost times(int factor) {
        return new HostCost(tree.multipliedBy(factor), task.multipliedBy(factor), thread.multipliedBy(factor));
    }

    /** The less of each. */
    public HostCost atMost(HostCost other) {
        return new HostCost(less(tree, other.tree), less(task, other.task), less(thread, other.thread));
    }

    private static Duration less(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** To tell it to the other host. */
    public RestoreCost told() {
        return RestoreCost.newBuilder()
                .setTreeNanos(tree.toNanos())
                .setTaskNanos(task.toNanos())
                .setThreadNanos(thread.toNanos())
                .build();
    }
}
