package io.godwit.criu.rpc;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The processes of a tree as they are now, by pid, root first. */
final class OwnTree {
    private OwnTree() {}

    /**
     * Lists them; what ends meanwhile is left out.
     *
     * @throws RpcException ESRCH if there is no root
     */
    static List<Integer> pids(int root) throws IOException {
        if (!ProcDirectory.process(root).exists()) {
            throw new RpcException(Errno.ESRCH, "there is no process with pid " + root);
        }
        List<Integer> pids = new ArrayList<>();
        pids.add(root);
        for (int i = 0; i < pids.size(); i++) {
            addChildren(pids.get(i), pids);
        }
        return pids;
    }

    private static void addChildren(int pid, List<Integer> pids) throws IOException {
        try {
            pids.addAll(ProcDirectory.process(pid).childrenOfAllThreads());
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
