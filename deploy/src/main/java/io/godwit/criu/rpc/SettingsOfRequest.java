package io.godwit.criu.rpc;

import static io.godwit.criu.options.CriuOption.*;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.Setting;
import io.godwit.image.proto.CriuOpts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of criu_opts as the settings of the command line that they stand for, in the order of the fields' numbers. What has no
 * option is looked at elsewhere: the directories and the log by {@link RequestFiles}, notifications and orphaned terminals by {@link RpcNotifier}.
 */
final class SettingsOfRequest {
    /** By field number: what a bool turns on or off. */
    private static final Map<Integer, CriuOption> SWITCHES = Map.ofEntries(
            Map.entry(CriuOpts.TCP_ESTABLISHED_FIELD_NUMBER, TCP_ESTABLISHED),
            Map.entry(CriuOpts.EVASIVE_DEVICES_FIELD_NUMBER, EVASIVE_DEVICES),
            Map.entry(CriuOpts.SHELL_JOB_FIELD_NUMBER, SHELL_JOB),
            Map.entry(CriuOpts.FILE_LOCKS_FIELD_NUMBER, FILE_LOCKS),
            Map.entry(CriuOpts.TRACK_MEM_FIELD_NUMBER, TRACK_MEM),
            Map.entry(CriuOpts.AUTO_DEDUP_FIELD_NUMBER, AUTO_DEDUP),
            Map.entry(CriuOpts.LINK_REMAP_FIELD_NUMBER, LINK_REMAP),
            Map.entry(CriuOpts.FORCE_IRMAP_FIELD_NUMBER, FORCE_IRMAP),
            Map.entry(CriuOpts.RST_SIBLING_FIELD_NUMBER, RESTORE_SIBLING),
            Map.entry(CriuOpts.TCP_SKIP_IN_FLIGHT_FIELD_NUMBER, SKIP_IN_FLIGHT),
            Map.entry(CriuOpts.WEAK_SYSCTLS_FIELD_NUMBER, WEAK_SYSCTLS),
            Map.entry(CriuOpts.LAZY_PAGES_FIELD_NUMBER, LAZY_PAGES),
            Map.entry(CriuOpts.TCP_CLOSE_FIELD_NUMBER, TCP_CLOSE),
            Map.entry(CriuOpts.SKIP_FILE_RWX_CHECK_FIELD_NUMBER, SKIP_FILE_RWX_CHECK),
            Map.entry(CriuOpts.UNPRIVILEGED_FIELD_NUMBER, UNPRIVILEGED),
            Map.entry(CriuOpts.DISPLAY_STATS_FIELD_NUMBER, DISPLAY_STATS));

    /** By field number: what a bool can only turn on. */
    private static final Map<Integer, CriuOption> TRIGGERS = Map.of(
            CriuOpts.LEAVE_RUNNING_FIELD_NUMBER, LEAVE_RUNNING,
            CriuOpts.LEAVE_STOPPED_FIELD_NUMBER, LEAVE_STOPPED,
            CriuOpts.EXT_SHARING_FIELD_NUMBER, ENABLE_EXTERNAL_SHARING,
            CriuOpts.EXT_MASTERS_FIELD_NUMBER, ENABLE_EXTERNAL_MASTERS,
            CriuOpts.TLS_FIELD_NUMBER, TLS,
            CriuOpts.TLS_NO_CN_VERIFY_FIELD_NUMBER, TLS_NO_CN_VERIFY,
            CriuOpts.MNTNS_COMPAT_MODE_FIELD_NUMBER, MNTNS_COMPAT_MODE);

    /** By field number: a text, a number, or a list of texts. */
    private static final Map<Integer, CriuOption> VALUES = Map.ofEntries(
            Map.entry(CriuOpts.PID_FIELD_NUMBER, TREE),
            Map.entry(CriuOpts.ROOT_FIELD_NUMBER, ROOT),
            Map.entry(CriuOpts.PARENT_IMG_FIELD_NUMBER, PREV_IMAGES_DIR),
            Map.entry(CriuOpts.SKIP_MNT_FIELD_NUMBER, SKIP_MNT),
            Map.entry(CriuOpts.ENABLE_FS_FIELD_NUMBER, ENABLE_FS),
            Map.entry(CriuOpts.IRMAP_SCAN_PATHS_FIELD_NUMBER, IRMAP_SCAN_PATH),
            Map.entry(CriuOpts.EXTERNAL_FIELD_NUMBER, EXTERNAL),
            Map.entry(CriuOpts.CGROUP_PROPS_FIELD_NUMBER, CGROUP_PROPS),
            Map.entry(CriuOpts.CGROUP_PROPS_FILE_FIELD_NUMBER, CGROUP_PROPS_FILE),
            Map.entry(CriuOpts.CGROUP_DUMP_CONTROLLER_FIELD_NUMBER, CGROUP_DUMP_CONTROLLER),
            Map.entry(CriuOpts.CGROUP_YARD_FIELD_NUMBER, CGROUP_YARD),
            Map.entry(CriuOpts.FREEZE_CGROUP_FIELD_NUMBER, FREEZE_CGROUP),
            Map.entry(CriuOpts.LSM_PROFILE_FIELD_NUMBER, LSM_PROFILE),
            Map.entry(CriuOpts.LSM_MOUNT_CONTEXT_FIELD_NUMBER, LSM_MOUNT_CONTEXT),
            Map.entry(CriuOpts.TLS_CACERT_FIELD_NUMBER, TLS_CACERT),
            Map.entry(CriuOpts.TLS_CACRL_FIELD_NUMBER, TLS_CACRL),
            Map.entry(CriuOpts.TLS_CERT_FIELD_NUMBER, TLS_CERT),
            Map.entry(CriuOpts.TLS_KEY_FIELD_NUMBER, TLS_KEY));

    /** Looked at elsewhere, or only together with another. */
    private static final Set<Integer> ELSEWHERE = Set.of(
            CriuOpts.IMAGES_DIR_FD_FIELD_NUMBER,
            CriuOpts.IMAGES_DIR_FIELD_NUMBER,
            CriuOpts.WORK_DIR_FD_FIELD_NUMBER,
            CriuOpts.LOG_LEVEL_FIELD_NUMBER,
            CriuOpts.LOG_FILE_FIELD_NUMBER,
            CriuOpts.LOG_TO_STDERR_FIELD_NUMBER,
            CriuOpts.NOTIFY_SCRIPTS_FIELD_NUMBER,
            CriuOpts.CONFIG_FILE_FIELD_NUMBER,
            CriuOpts.STATUS_FD_FIELD_NUMBER,
            CriuOpts.EXEC_CMD_FIELD_NUMBER,
            CriuOpts.ORPHAN_PTS_MASTER_FIELD_NUMBER,
            CriuOpts.UNIX_SK_INO_FIELD_NUMBER);

    private final CriuOpts options;
    private final List<Setting> settings = new ArrayList<>();

    private SettingsOfRequest(CriuOpts options) {
        this.options = options;
    }

    /**
     * All settings of a request.
     *
     * @throws RpcException if a field has a value that it can not have
     */
    static List<Setting> of(CriuOpts options) throws RpcException {
        SettingsOfRequest request = new SettingsOfRequest(options);
        for (Map.Entry<FieldDescriptor, Object> field : options.getAllFields().entrySet()) {
            request.add(field.getKey().getNumber(), field.getValue());
        }
        return List.copyOf(request.settings);
    }

    private void add(int field, Object value) throws RpcException {
        if (SWITCHES.containsKey(field)) {
            settings.add(Setting.of(SWITCHES.get(field), (boolean) value));
        } else if (TRIGGERS.containsKey(field)) {
            turnOn(TRIGGERS.get(field), (boolean) value);
        } else if (VALUES.containsKey(field)) {
            values(VALUES.get(field), value);
        } else if (!ELSEWHERE.contains(field)) {
            special(field);
        }
    }

    private void turnOn(CriuOption option, boolean on) {
        if (on) {
            settings.add(Setting.of(option, true));
        }
    }

    private void values(CriuOption option, Object value) {
        List<?> all = value instanceof List<?> list ? list : List.of(value);
        all.forEach(each -> put(option, each.toString()));
    }

    private void put(CriuOption option, String value) {
        settings.add(Setting.of(option, value));
    }

    private void special(int field) throws RpcException {
        switch (field) {
            case CriuOpts.GHOST_LIMIT_FIELD_NUMBER ->
                put(GHOST_LIMIT, Integer.toUnsignedString(options.getGhostLimit()));
            case CriuOpts.TIMEOUT_FIELD_NUMBER -> put(TIMEOUT, Integer.toUnsignedString(options.getTimeout()));
            case CriuOpts.EXT_UNIX_SK_FIELD_NUMBER -> externalSockets();
            case CriuOpts.PS_FIELD_NUMBER -> pageServer();
            case CriuOpts.CPU_CAP_FIELD_NUMBER -> put(CPU_CAP, CpuBits.words(options.getCpuCap()));
            case CriuOpts.MANAGE_CGROUPS_FIELD_NUMBER -> manageCgroups();
            case CriuOpts.MANAGE_CGROUPS_MODE_FIELD_NUMBER -> cgroupMode();
            case CriuOpts.CG_ROOT_FIELD_NUMBER ->
                options.getCgRootList()
                        .forEach(root -> put(
                                CGROUP_ROOT, root.hasCtrl() ? root.getCtrl() + ":" + root.getPath() : root.getPath()));
            case CriuOpts.INHERIT_FD_FIELD_NUMBER ->
                options.getInheritFdList().forEach(fd -> put(INHERIT_FD, "fd[" + fd.getFd() + "]:" + fd.getKey()));
            case CriuOpts.VETHS_FIELD_NUMBER ->
                options.getVethsList().forEach(pair -> put(VETH_PAIR, pair.getIfIn() + "=" + pair.getIfOut()));
            case CriuOpts.EXT_MNT_FIELD_NUMBER ->
                options.getExtMntList().forEach(mount -> put(EXT_MOUNT_MAP, mount.getKey() + ":" + mount.getVal()));
            case CriuOpts.AUTO_EXT_MNT_FIELD_NUMBER -> {
                if (options.getAutoExtMnt()) {
                    put(EXT_MOUNT_MAP, "auto");
                }
            }
            case CriuOpts.JOIN_NS_FIELD_NUMBER ->
                options.getJoinNsList()
                        .forEach(join -> put(
                                JOIN_NS,
                                join.getNs() + ":" + join.getNsFile()
                                        + (join.hasExtraOpt() ? "," + join.getExtraOpt() : "")));
            case CriuOpts.EMPTY_NS_FIELD_NUMBER -> emptyNamespaces();
            case CriuOpts.PRE_DUMP_MODE_FIELD_NUMBER ->
                put(
                        PRE_DUMP_MODE,
                        switch (options.getPreDumpMode()) {
                            case SPLICE -> "splice";
                            case VM_READ -> "read";
                        });
            case CriuOpts.NETWORK_LOCK_FIELD_NUMBER ->
                put(
                        NETWORK_LOCK,
                        switch (options.getNetworkLock()) {
                            case IPTABLES -> "iptables";
                            case NFTABLES -> "nftables";
                            case SKIP -> "skip";
                        });
            case CriuOpts.PIDFD_STORE_SK_FIELD_NUMBER ->
                throw RpcException.badRequest(
                        "pidfd_store_sk can not be used: FEATURE_CHECK says that pidfd_store is not there");
            default -> throw new IllegalStateException("criu_opts has a field " + field + " that nobody knows");
        }
    }

    private void externalSockets() {
        if (!options.getExtUnixSk()) {
            settings.add(Setting.of(EXT_UNIX_SK, false));
            return;
        }
        List<String> inodes = options.getUnixSkInoList().stream()
                .map(socket -> Integer.toUnsignedString(socket.getInode()))
                .toList();
        put(EXT_UNIX_SK, String.join(",", inodes));
    }

    /** With lazy_pages it is where memory is served, not where it is sent. */
    private void pageServer() {
        if (!options.getLazyPages()) {
            settings.add(Setting.of(PAGE_SERVER, true));
        }
        if (options.getPs().hasAddress()) {
            put(ADDRESS, options.getPs().getAddress());
        }
        if (options.getPs().hasPort() && options.getPs().getPort() != 0) {
            put(PORT, Integer.toString(options.getPs().getPort()));
        }
        if (options.getPs().hasFd()) {
            put(PS_SOCKET, Integer.toString(options.getPs().getFd()));
        }
    }

    /** Soft is what is done when nobody says anything, so it is no setting. */
    private void manageCgroups() {
        if (!options.hasManageCgroupsMode() && !options.getManageCgroups()) {
            put(MANAGE_CGROUPS, "ignore");
        }
    }

    private void cgroupMode() {
        switch (options.getManageCgroupsMode()) {
            case IGNORE -> put(MANAGE_CGROUPS, "ignore");
            case CG_NONE -> put(MANAGE_CGROUPS, "none");
            case PROPS -> put(MANAGE_CGROUPS, "props");
            case FULL -> put(MANAGE_CGROUPS, "full");
            case STRICT -> put(MANAGE_CGROUPS, "strict");
            case SOFT, DEFAULT -> {}
        }
    }

    private void emptyNamespaces() throws RpcException {
        int cloneNewNet = 0x40000000;
        if (options.getEmptyNs() == cloneNewNet) {
            put(EMPTY_NS, "net");
        } else if (options.getEmptyNs() != 0) {
            throw RpcException.badRequest("empty_ns can be CLONE_NEWNET (0x40000000) or 0, not 0x"
                    + Integer.toHexString(options.getEmptyNs()));
        }
    }
}
