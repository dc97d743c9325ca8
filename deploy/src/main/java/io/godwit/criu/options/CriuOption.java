package io.godwit.criu.options;

import java.util.Optional;
import java.util.Set;

/**
 * Every option of CRIU 4.2, and --page-server-header: how it is written, which commands look at it (D dump, P pre-dump, R restore, L lazy-pages,
 * S page-server, V service, C check, U cpuinfo, E dedup, * any), and what it means. An option is accepted with every command,
 * and the others pass over it. A value in brackets may be left out; dots: may be given more than once.
 */
public enum CriuOption {
    VERBOSITY(
            "-v, --verbosity[N]", "*", "Say more: 1 errors, 2 warnings (default), 3 steps, 4 all. -v alone adds one."),
    LOG_FILE("-o, --log-file FILE", "*", "Write the log there, relative to the work directory; - is standard output."),
    LOG_PID("--[no-]log-pid", "R", "Write what concerns one task to FILE.PID."),
    IMAGES_DIR("-D, --images-dir DIR", "*", "Where the images are (default: the current directory)."),
    WORK_DIR("-W, --work-dir DIR", "*", "Where log, pidfile and statistics go (default: the images' directory)."),
    PREV_IMAGES_DIR("--prev-images-dir DIR", "DPS", "The snapshot before this one, relative to the images' directory."),
    PIDFILE(
            "--pidfile FILE",
            "RSLV",
            "Write the pid of the root task or of the server to a file, which must not exist."),
    CLOSE("--close FD...", "*", "Close this descriptor at once."),
    LIBDIR("-L, --libdir DIR", "DPR", "Where the jars of plugins are."),
    ACTION_SCRIPT("--action-script PATH...", "*", "Run this at every stage; the last one given runs first."),
    CONFIG("--config FILE", "*", "Read options from this file in place of the default ones."),
    NO_DEFAULT_CONFIG("--no-default-config", "*", "Do not read the default config files."),
    DEPRECATED("--[no-]deprecated", "*", "Allow what CRIU has deprecated."),
    DISPLAY_STATS("--[no-]display-stats", "DPR", "Print statistics to standard output at the end."),
    STREAM("--[no-]stream", "DPRU", "Write to or read from criu-image-streamer."),
    UNPRIVILEGED("--[no-]unprivileged", "*", "Allow to run without root, by CAP_CHECKPOINT_RESTORE."),
    HELP("-h, --help", "*", "Show this help."),
    VERSION("-V, --version", "*", "Show the version."),

    TREE("-t, --tree PID", "DP", "The root of the tree."),
    LEAVE_RUNNING("-R, --leave-running", "D", "Let the tree run on afterwards."),
    LEAVE_STOPPED("-s, --leave-stopped", "DR", "Leave the tree stopped afterwards, as by SIGSTOP."),
    RESTORE_DETACHED("-d, --[no-]restore-detached", "R", "Return as soon as the tree runs."),
    DAEMON("-d, --[no-]daemon", "SVL", "Run in the background."),
    RESTORE_SIBLING("-S, --[no-]restore-sibling", "R", "Make the root a child of this command's parent; needs -d."),
    EXEC_CMD("--exec-cmd", "R", "Afterwards become the command that follows --, as parent of the tree."),
    FREEZE_CGROUP("--freeze-cgroup PATH", "DP", "Freeze the tree by this cgroup."),
    TIMEOUT("--timeout SECONDS", "DP", "Give up when the tree can not be frozen in this time (default: 10)."),
    SHELL_JOB(
            "-j, --[no-]shell-job", "DR", "Allow a tree whose session leader is not in it; it joins the session here."),

    TRACK_MEM("--[no-]track-mem", "DP", "Keep track of what the tree writes, for the next dump."),
    AUTO_DEDUP(
            "--[no-]auto-dedup",
            "DPRSL",
            "Free the disk blocks of pages that are replaced, or are in the tree by now."),
    PRE_DUMP_MODE("--pre-dump-mode splice|read", "P", "How memory is read."),
    PAGE_SERVER("--[no-]page-server", "DPL", "Send pages to a server, or fetch them from one."),
    PAGE_SERVER_HEADER(
            "--page-server-header 24|32", "DPL", "Bytes of a header of the page server; found out if not given."),
    LAZY_PAGES("--lazy-pages", "DRS", "Leave memory where it is, and fetch it when it is touched."),

    ADDRESS("--address ADDRESS", "DPLSV", "The address of the server; the path of the service's socket."),
    PORT("--port N", "DPLS", "The TCP port of the server."),
    PS_SOCKET("--ps-socket FD", "DPLS", "Use this socket as the connection to the page server."),
    STATUS_FD("--status-fd FD", "SLVD", "Write a zero byte to this descriptor when the server is ready."),
    TLS("--[no-]tls", "DPLS", "Encrypt the connection to the page server."),
    TLS_CACERT("--tls-cacert FILE", "DPLS", "The certificate of the authority."),
    TLS_CACRL("--tls-cacrl FILE", "DPLS", "Certificates that the authority has revoked."),
    TLS_CERT("--tls-cert FILE", "DPLS", "This side's certificate."),
    TLS_KEY("--tls-key FILE", "DPLS", "The key of this side's certificate."),
    TLS_NO_CN_VERIFY("--tls-no-cn-verify", "DPLS", "Do not compare the server's name with its certificate."),

    EXTERNAL("--external RESOURCE...", "DR", "This resource is outside of the tree, and stays there."),
    INHERIT_FD("--inherit-fd fd[N]:RESOURCE...", "R", "Use descriptor N of this command for the resource."),
    EXT_UNIX_SK("-x, --ext-unix-sk[INODES]", "DR", "Allow unix sockets whose peer is outside of the tree."),
    FILE_LOCKS("-l, --[no-]file-locks", "DR", "Handle file locks."),
    LINK_REMAP("--[no-]link-remap", "D", "Give deleted files that have other names a temporary one."),
    GHOST_LIMIT("--ghost-limit SIZE", "D", "The largest deleted file to carry along, with K, M or G (default: 1M)."),
    GHOST_FIEMAP("--[no-]ghost-fiemap", "D", "Ask for the extents of sparse deleted files."),
    EVASIVE_DEVICES("--[no-]evasive-devices", "D", "Take any path to the same device."),
    FORCE_IRMAP("--[no-]force-irmap", "DP", "Find the files of inotify and fanotify by a scan."),
    IRMAP_SCAN_PATH("--irmap-scan-path PATH...", "DP", "Scan here too."),
    FILE_VALIDATION(
            "--file-validation filesize|buildid", "DR", "How a file that was changed is told (default: buildid)."),
    SKIP_FILE_RWX_CHECK("--[no-]skip-file-rwx-check", "R", "Do not compare the permissions of files."),

    ROOT("-r, --root PATH", "R", "The root of the tree's mounts."),
    EXT_MOUNT_MAP("-M, --ext-mount-map KEY:VALUE...", "DR", "The older form of --external mnt[KEY]:VALUE."),
    ENABLE_EXTERNAL_SHARING("--enable-external-sharing", "DR", "Find external mounts that are shared."),
    ENABLE_EXTERNAL_MASTERS("--enable-external-masters", "DR", "Find external mounts that are slaves."),
    SKIP_MNT("--skip-mnt PATH...", "D", "Pass over this mount."),
    ENABLE_FS("--enable-fs LIST...", "DR", "Treat these filesystems by mounting them."),
    MNTNS_COMPAT_MODE("--[no-]mntns-compat-mode", "R", "Mount in CRIU's older way."),
    JOIN_NS("-J, --join-ns NS:FILE...", "R", "Restore into this namespace."),
    EMPTY_NS("--empty-ns net", "DR", "Make the namespace, and leave it empty."),
    VETH_PAIR("--veth-pair IN=OUT...", "DR", "The older form of --external veth[IN]:OUT."),

    TCP_ESTABLISHED("--[no-]tcp-established", "DR", "Handle established TCP connections."),
    TCP_CLOSE("--[no-]tcp-close", "DR", "Let go of established TCP connections."),
    SKIP_IN_FLIGHT("--[no-]skip-in-flight", "D", "Pass over TCP connections that are about to be accepted."),
    NETWORK_LOCK("--network-lock iptables|nftables|skip", "D", "How connections are kept from talking meanwhile."),
    WEAK_SYSCTLS("--[no-]weak-sysctls", "R", "Pass over network settings that are not there."),

    MANAGE_CGROUPS(
            "--manage-cgroups[MODE]", "DR", "How cgroups are handled: none, props, soft, full, strict or ignore."),
    CGROUP_ROOT("--cgroup-root [CONTROLLER:]/PATH...", "DR", "The cgroup to dump from or to restore into."),
    CGROUP_PROPS("--cgroup-props TEXT", "D", "The properties of cgroups to write."),
    CGROUP_PROPS_FILE("--cgroup-props-file FILE", "D", "The same from a file."),
    CGROUP_DUMP_CONTROLLER("--cgroup-dump-controller NAME...", "D", "Write this controller only."),
    CGROUP_YARD("--cgroup-yard PATH", "DR", "Where cgroups are mounted."),
    LSM_PROFILE("--lsm-profile TYPE:NAME", "R", "The security label of the tree."),
    LSM_MOUNT_CONTEXT("--lsm-mount-context CONTEXT", "R", "The security label of mounts."),
    CPU_CAP("--cpu-cap[LIST]", "DRU", "What a processor is compared by: cpu, fpu, ins, all, none; ^ takes one away."),
    ALLOW_UPROBES("--[no-]allow-uprobes", "DR", "Allow the mapping of uprobes."),

    EXTRA("--[no-]extra", "C", "Also what some trees need."),
    EXPERIMENTAL("--[no-]experimental", "C", "Also what is needed for the unusual."),
    ALL("--all", "C", "The same as --extra --experimental."),
    FEATURE("--feature NAME", "C", "Try this one alone, by the name that CRIU has for it."),
    MS("--ms", "C", "Leave out what a mainline kernel may not have.");

    private final OptionForm form;
    private final Set<CriuCommand> commands;
    private final String description;

    CriuOption(String form, String commands, String description) {
        this.form = OptionForm.parse(form);
        this.commands = CriuCommand.ofLetters(commands);
        this.description = description;
    }

    /** Without the dashes. */
    public String longName() {
        return form.name();
    }

    /** As the user knows it, such as {@code --images-dir}. */
    public String spelling() {
        return "--" + form.name();
    }

    /** The short form, such as {@code D}. */
    public Optional<Character> letter() {
        return form.letter();
    }

    public ArgumentRule argument() {
        return form.argument();
    }

    /** What the value is, in a word. */
    public String label() {
        return form.label();
    }

    /** Whether there is a {@code --no-NAME}. */
    public boolean negatable() {
        return form.negatable();
    }

    /** Whether several values add up; of others the last one wins. */
    public boolean repeatable() {
        return form.repeatable();
    }

    /** Whether the command looks at it; else it passes over it. */
    public boolean concerns(CriuCommand command) {
        return commands.contains(command);
    }

    /** Whether every command looks at it. */
    public boolean concernsAll() {
        return commands.size() == CriuCommand.values().length;
    }

    /** A sentence for the help. */
    public String description() {
        return description;
    }
}
