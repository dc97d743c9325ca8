package io.godwit.criu.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.godwit.image.proto.CriuOpts;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.Syscall;
import io.godwit.linux.file.FileRights;
import io.godwit.linux.net.PeerCredentials;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * What a client may ask of a worker that has more rights than the client. Root, and who runs the worker with no more than their own
 * rights, may ask for all. Another user may have processes dumped that are the user's own through and through; files are then
 * reached with the user's rights. The rest is refused: a restore, for one, would make what the images say with the rights of root.
 */
final class Authority {
    /** Fields that name nothing which the worker would reach, or run, for the client. */
    private static final Set<Integer> FIELDS_FOR_ALL = Set.of(
            CriuOpts.IMAGES_DIR_FD_FIELD_NUMBER,
            CriuOpts.IMAGES_DIR_FIELD_NUMBER,
            CriuOpts.WORK_DIR_FD_FIELD_NUMBER,
            CriuOpts.PID_FIELD_NUMBER,
            CriuOpts.LEAVE_RUNNING_FIELD_NUMBER,
            CriuOpts.LEAVE_STOPPED_FIELD_NUMBER,
            CriuOpts.EXT_UNIX_SK_FIELD_NUMBER,
            CriuOpts.UNIX_SK_INO_FIELD_NUMBER,
            CriuOpts.TCP_ESTABLISHED_FIELD_NUMBER,
            CriuOpts.TCP_CLOSE_FIELD_NUMBER,
            CriuOpts.TCP_SKIP_IN_FLIGHT_FIELD_NUMBER,
            CriuOpts.EVASIVE_DEVICES_FIELD_NUMBER,
            CriuOpts.SHELL_JOB_FIELD_NUMBER,
            CriuOpts.FILE_LOCKS_FIELD_NUMBER,
            CriuOpts.LOG_LEVEL_FIELD_NUMBER,
            CriuOpts.LOG_FILE_FIELD_NUMBER,
            CriuOpts.NOTIFY_SCRIPTS_FIELD_NUMBER,
            CriuOpts.GHOST_LIMIT_FIELD_NUMBER,
            CriuOpts.TIMEOUT_FIELD_NUMBER,
            CriuOpts.ORPHAN_PTS_MASTER_FIELD_NUMBER,
            CriuOpts.MANAGE_CGROUPS_FIELD_NUMBER,
            CriuOpts.MANAGE_CGROUPS_MODE_FIELD_NUMBER);

    private final PeerCredentials client;
    private final boolean unlimited;

    Authority(PeerCredentials client, boolean unlimited) {
        this.client = client;
        this.unlimited = unlimited;
    }

    /** Of a client of this process. */
    static Authority over(PeerCredentials client) {
        boolean sameUser = (int) Kernel.syscall(Syscall.GETEUID) == client.uid();
        return new Authority(client, client.isRoot() || sameUser);
    }

    /**
     * Passes for those who may have everything.
     *
     * @throws RpcException EPERM for others
     */
    void requireAll(String what) throws RpcException {
        if (!unlimited) {
            throw denied("only root may ask for " + what + " over the service, and the client is " + user());
        }
    }

    /**
     * From now on this thread reaches files with the client's rights.
     *
     * @throws RpcException EPERM if a field is set that only root may use
     */
    void assume(CriuOpts options) throws IOException {
        if (unlimited) {
            return;
        }
        for (FieldDescriptor field : options.getAllFields().keySet()) {
            if (!FIELDS_FOR_ALL.contains(field.getNumber())) {
                throw denied("only root may set " + field.getName() + " over the service, and the client is " + user());
            }
        }
        // Java opens the files of its class path as it comes to them, and the client's rights may not do for that.
        ClassLoader.getSystemResource("opens/every/file/of/the/class/path");
        FileRights.assume(client.uid(), client.gid(), client.groups());
    }

    /**
     * Passes if the client could trace every thread of a tree by itself (ptrace(2), access mode checking).
     *
     * @throws RpcException EPERM if one is not the client's own
     */
    void requireOwnTree(int root) throws IOException {
        if (!unlimited) {
            for (int pid : OwnTree.pids(root)) {
                for (int tid : ProcDirectory.process(pid).threads()) {
                    requireOwn(pid, ProcDirectory.thread(pid, tid).status());
                }
                requireDumpable(pid);
                requireOurNamespaces(pid);
            }
        }
    }

    private void requireOwn(int pid, ProcStatus thread) throws RpcException {
        boolean own = Arrays.stream(thread.uids()).allMatch(uid -> uid == client.uid())
                && Arrays.stream(thread.gids()).allMatch(gid -> gid == client.gid());
        if (!own) {
            throw denied("pid " + pid + " is not wholly of " + user() + ": its users are "
                    + Arrays.toString(thread.uids()) + " and its groups " + Arrays.toString(thread.gids()));
        }
        if (thread.bits("CapPrm") != 0) {
            throw denied("pid " + pid + " has capabilities, which " + user() + " has not");
        }
    }

    /** The images of others hold what is in them, such as files, which the user may not all read. */
    private void requireOurNamespaces(int pid) throws IOException {
        for (NamespaceKind kind : NamespaceKind.values()) {
            String link = "ns/" + kind.word();
            if (!ProcDirectory.process(pid)
                    .link(link)
                    .equals(ProcDirectory.own().link(link))) {
                throw denied(
                        "pid " + pid + " is in another " + kind.word() + " namespace than the service, where only root"
                                + " may ask for a dump, and the client is " + user());
            }
        }
    }

    /** The kernel gives /proc/PID to root when the process may not be looked at, as after a program with special rights. */
    private void requireDumpable(int pid) throws IOException {
        if (Descriptors.status("/proc/" + pid).uid() != client.uid()) {
            throw denied("pid " + pid + " may not be looked at by its own user (PR_SET_DUMPABLE of prctl(2))");
        }
    }

    private static RpcException denied(String why) {
        return new RpcException(Errno.EPERM, why);
    }

    private String user() {
        return "user " + Integer.toUnsignedString(client.uid()) + " with group "
                + Integer.toUnsignedString(client.gid());
    }
}
