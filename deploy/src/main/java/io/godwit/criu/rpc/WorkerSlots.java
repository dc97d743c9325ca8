package io.godwit.criu.rpc;

import java.util.HashMap;
import java.util.Map;

/** How many workers there may be: of all clients, and of one user who is not root, so that one can not take them all. */
final class WorkerSlots {
    private final int limit;
    private final int limitOfUser;
    private final Map<Integer, Integer> byUser = new HashMap<>();
    private int taken;

    WorkerSlots(int limit, int limitOfUser) {
        this.limit = limit;
        this.limitOfUser = limitOfUser;
    }

    /** Takes a slot for a client of this user, if the user may have one more; waits while all are taken. */
    synchronized boolean take(int uid) throws InterruptedException {
        if (uid != 0 && byUser.getOrDefault(uid, 0) >= limitOfUser) {
            return false;
        }
        while (taken >= limit) {
            wait();
        }
        taken++;
        byUser.merge(uid, 1, Integer::sum);
        return true;
    }

    /** Gives a slot back. */
    synchronized void release(int uid) {
        taken--;
        byUser.compute(uid, (user, count) -> count == null || count == 1 ? null : count - 1);
        notifyAll();
    }
}
