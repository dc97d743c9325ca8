package io.godwit.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of image file: what each is called and by which magic number it is known. */
public enum ImageKind {
    INVENTORY("inventory", 0x58313116, Framing.PLAIN),
    PSTREE("pstree", 0x50273030, Framing.COMMON),
    IDS("ids-%d", 0x54432030, Framing.COMMON),
    CORE("core-%d", 0x55053847, Framing.COMMON),
    MM("mm-%d", 0x57492820, Framing.COMMON),
    FS("fs-%d", 0x51403912, Framing.COMMON),
    FDINFO("fdinfo-%d", 0x56213732, Framing.COMMON),
    FILES("files", 0x56303138, Framing.COMMON),
    PAGEMAP("pagemap-%d", 0x56084025, Framing.COMMON),
    PAGEMAP_SHMEM("pagemap-shmem-%d", 0x56084025, Framing.COMMON),
    PAGES("pages-%d", 0, Framing.RAW),
    REMAP_FPATH("remap-fpath", 0x59133954, Framing.COMMON),
    GHOST_FILE("ghost-file-%x", 0x52583605, Framing.COMMON),
    MEMFD_INODE("memfd", 0x48453499, Framing.COMMON),
    PIPES_DATA("pipes-data", 0x56453709, Framing.COMMON),
    FIFO_DATA("fifo-data", 0x59333054, Framing.COMMON),
    SK_QUEUES("sk-queues", 0x56264026, Framing.COMMON),
    TCP_STREAM("tcp-stream-%x", 0x51465506, Framing.COMMON),
    TTY_INFO("tty-info", 0x59453036, Framing.COMMON),
    TTY_DATA("tty-data", 0x59413026, Framing.COMMON),
    FILE_LOCKS("filelocks", 0x54323616, Framing.COMMON),
    SECCOMP("seccomp", 0x64413049, Framing.COMMON),
    CGROUP("cgroup", 0x59383330, Framing.COMMON),
    APPARMOR("apparmor", 0x59423047, Framing.COMMON),
    BPFMAP_DATA("bpfmap-data", 0x64324033, Framing.COMMON),
    CPUINFO("cpuinfo", 0x61404013, Framing.COMMON),
    UTSNS("utsns-%d", 0x54473203, Framing.COMMON),
    MNTS("mountpoints-%d", 0x55563928, Framing.COMMON),
    USERNS("userns-%d", 0x55474906, Framing.COMMON),
    TIMENS("timens-%d", 0x43114433, Framing.COMMON),
    PIDNS("pidns-%d", 0x61157326, Framing.COMMON),
    IPC_VAR("ipcns-var-%d", 0x53115007, Framing.COMMON),
    IPCNS_SHM("ipcns-shm-%d", 0x46283044, Framing.COMMON),
    IPCNS_MSG("ipcns-msg-%d", 0x55453737, Framing.COMMON),
    IPCNS_SEM("ipcns-sem-%d", 0x59573019, Framing.COMMON),
    NETNS("netns-%d", 0x55933752, Framing.COMMON),
    NETDEV("netdev-%d", 0x57373951, Framing.COMMON),
    /** The contents of a tmpfs; the number is its device, in the kernel's form. */
    TMPFS_DEV("tmpfs-dev-%d.tar.gz", 0, Framing.RAW),
    AUTOFS("autofs-%d", 0x49353943, Framing.COMMON),
    BINFMT_MISC("binfmt-misc", 0x67343323, Framing.COMMON),
    BINFMT_MISC_DEVICE("binfmt-misc-%d", 0x67343323, Framing.COMMON),

    // What versions before files.img wrote: an image for each kind of file
    REG_FILES("reg-files", 0x50363636, Framing.COMMON),
    EXT_FILES("ext-files", 0x59255641, Framing.COMMON),
    NS_FILES("ns-files", 0x61394011, Framing.COMMON),
    EVENTFD_FILE("eventfd", 0x44523722, Framing.COMMON),
    EVENTPOLL_FILE("eventpoll", 0x45023858, Framing.COMMON),
    EVENTPOLL_TFD("eventpoll-tfd", 0x44433746, Framing.COMMON),
    SIGNALFD("signalfd", 0x57323820, Framing.COMMON),
    INOTIFY_FILE("inotify", 0x48424431, Framing.COMMON),
    INOTIFY_WD("inotify-wd", 0x54562009, Framing.COMMON),
    FANOTIFY_FILE("fanotify", 0x55096122, Framing.COMMON),
    FANOTIFY_MARK("fanotify-mark", 0x56506035, Framing.COMMON),
    PIPES("pipes", 0x56513555, Framing.COMMON),
    FIFO("fifo", 0x58364939, Framing.COMMON),
    UNIXSK("unixsk", 0x54373943, Framing.COMMON),
    INETSK("inetsk", 0x56443851, Framing.COMMON),
    PACKETSK("packetsk", 0x60454618, Framing.COMMON),
    NETLINK_SK("netlinksk", 0x58005614, Framing.COMMON),
    TTY_FILES("tty", 0x59433025, Framing.COMMON),
    TUNFILE("tunfile", 0x57143751, Framing.COMMON),
    TIMERFD("timerfd", 0x50493712, Framing.COMMON),
    PIDFD("pidfd", 0x54435556, Framing.COMMON),
    BPFMAP_FILE("bpfmap-file", 0x57506142, Framing.COMMON),

    // What versions wrote beside the core and mm images that hold it now
    VMAS("vmas-%d", 0x54123737, Framing.COMMON),
    CREDS("creds-%d", 0x54023547, Framing.COMMON),
    SIGACT("sigacts-%d", 0x55344201, Framing.COMMON),
    ITIMERS("itimers-%d", 0x57464056, Framing.COMMON),
    POSIX_TIMERS("posix-timers-%d", 0x52603957, Framing.COMMON),
    RLIMIT("rlimit-%d", 0x57113925, Framing.COMMON),
    SIGNAL("signal-s-%d", 0x59255647, Framing.COMMON),
    THREAD_SIGNAL("signal-p-%d", 0x59255647, Framing.COMMON),

    STATS_DUMP("stats-dump", 0x57093306, Framing.SERVICE),
    STATS_RESTORE("stats-restore", 0x57093306, Framing.SERVICE),
    IRMAP_CACHE("irmap-cache", 0x57004059, Framing.SERVICE);

    /** How a file begins. */
    public enum Framing {
        /** The common magic, then the kind's own. */
        COMMON,
        /** The kind's magic alone, in all versions: it is the inventory, which tells the version. */
        PLAIN,
        /** The magic of service files, then the kind's own; no {@code .img} at the end of the name. */
        SERVICE,
        /** No magic and no entries. */
        RAW
    }

    private static final int COMMON_MAGIC = 0x54564319;
    private static final int SERVICE_MAGIC = 0x55105940;

    private final String pattern;
    private final int magic;
    private final Framing framing;
    private final Pattern names;

    ImageKind(String pattern, int magic, Framing framing) {
        this.pattern = pattern;
        this.magic = magic;
        this.framing = framing;
        String name = pattern.replace(".", "\\.").replace("%d", "[0-9]{1,18}").replace("%x", "[0-9a-f]{1,15}");
        this.names = Pattern.compile(name + suffix().replace(".", "\\."));
    }

    /** The kind that gives files such a name; empty if none does. */
    public static Optional<ImageKind> ofFileName(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.names.matcher(name).matches())
                .findFirst();
    }

    /** The first kind with a magic number; those that share one hold the same messages. */
    public static Optional<ImageKind> ofMagic(int magic) {
        return Arrays.stream(values())
                .filter(kind -> kind.framing != Framing.RAW && kind.magic == magic)
                .findFirst();
    }

    /** The name of the file, of a kind of which there is one. */
    public String fileName() {
        if (numbered()) {
            throw new IllegalArgumentException(this + " images have a number in their name");
        }
        return pattern + suffix();
    }

    /** The name of the file with a number: a pid or another id, by kind. */
    public String fileName(long id) {
        if (!numbered()) {
            throw new IllegalArgumentException(this + " images have no number in their name");
        }
        int at = pattern.indexOf('%');
        String number = pattern.charAt(at + 1) == 'x' ? Long.toHexString(id) : Long.toString(id);
        return pattern.substring(0, at) + number + pattern.substring(at + 2) + suffix();
    }

    public boolean numbered() {
        return pattern.indexOf('%') >= 0;
    }

    public int magic() {
        return magic;
    }

    /** The magic number before the kind's own; 0 if there is none. */
    int outerMagic() {
        return switch (framing) {
            case COMMON -> COMMON_MAGIC;
            case SERVICE -> SERVICE_MAGIC;
            case PLAIN, RAW -> 0;
        };
    }

    public Framing framing() {
        return framing;
    }

    private String suffix() {
        return framing == Framing.SERVICE ? "" : ".img";
    }
}
