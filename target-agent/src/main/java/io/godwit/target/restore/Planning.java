package io.godwit.target.restore;

import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.RestorePlan;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A plan that is made while the thread that traces the tree has other work to do. */
final class Planning {
    private final FutureTask<RestorePlan> plan;

    private Planning(Callable<RestorePlan> planner) {
        plan = new FutureTask<>(planner);
    }

    static Planning start(Callable<RestorePlan> planner) {
        Planning planning = new Planning(planner);
        Thread thread = new Thread(planning.plan, "godwit-plan");
        thread.setDaemon(true);
        thread.start();
        return planning;
    }

    /** Waits for the plan. */
    RestorePlan await() throws IOException {
        try {
            return plan.get();
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the plan of the restore");
        }
    }

    private static IOException cause(Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException defect) {
            throw defect;
        }
        return new RestoreException("the restore can not be planned: " + cause);
    }
}
