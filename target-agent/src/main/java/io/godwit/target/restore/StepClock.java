package io.godwit.target.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Times the steps of a restore. */
final class StepClock {
    private final LongSupplier nanoTime;
    private final List<StepTime> steps = new ArrayList<>();

    StepClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A step with a result. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** A step without one. */
    interface Action {
        void run() throws IOException;
    }

    <T> T time(String name, Step<T> step) throws IOException {
        long start = nanoTime.getAsLong();
        T result = step.run();
        steps.add(new StepTime(name, start, nanoTime.getAsLong() - start));
        return result;
    }

    void time(String name, Action action) throws IOException {
        time(name, () -> {
            action.run();
            return null;
        });
    }

    /** Nanoseconds from the first step's begin to the last one's end. */
    long nanos() {
        if (steps.isEmpty()) {
            return 0;
        }
        StepTime last = steps.get(steps.size() - 1);
        return last.startNanos() + last.nanos() - steps.get(0).startNanos();
    }

    /** Nanoseconds that a step took, in all its runs. */
    long nanos(String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .mapToLong(StepTime::nanos)
                .sum();
    }

    List<StepTime> steps() {
        return List.copyOf(steps);
    }
}
