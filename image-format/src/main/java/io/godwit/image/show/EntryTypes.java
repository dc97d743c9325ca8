package io.godwit.image.show;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.ApparmorEntry;
import io.godwit.image.proto.AutofsEntry;
import io.godwit.image.proto.BinfmtMiscEntry;
import io.godwit.image.proto.BpfmapDataEntry;
import io.godwit.image.proto.BpfmapFileEntry;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CpuinfoEntry;
import io.godwit.image.proto.CredsEntry;
import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.EventpollTfdEntry;
import io.godwit.image.proto.ExtFileEntry;
import io.godwit.image.proto.FanotifyFileEntry;
import io.godwit.image.proto.FanotifyMarkEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FifoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FileLockEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.InotifyFileEntry;
import io.godwit.image.proto.InotifyWdEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.IpcMsgEntry;
import io.godwit.image.proto.IpcSemEntry;
import io.godwit.image.proto.IpcShmEntry;
import io.godwit.image.proto.IpcVarEntry;
import io.godwit.image.proto.IrmapCacheEntry;
import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.MntEntry;
import io.godwit.image.proto.NetDeviceEntry;
import io.godwit.image.proto.NetlinkSkEntry;
import io.godwit.image.proto.NetnsEntry;
import io.godwit.image.proto.NsFileEntry;
import io.godwit.image.proto.PacketSockEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.PidfdEntry;
import io.godwit.image.proto.PidnsEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.image.proto.PosixTimerEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RlimitEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.SeccompEntry;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalfdEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.StatsEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.image.proto.TimensEntry;
import io.godwit.image.proto.TimerfdEntry;
import io.godwit.image.proto.TtyDataEntry;
import io.godwit.image.proto.TtyFileEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.TunfileEntry;
import io.godwit.image.proto.UnixSkEntry;
import io.godwit.image.proto.UsernsEntry;
import io.godwit.image.proto.UtsnsEntry;
import io.godwit.image.proto.VmaEntry;

/** Which message the entries of each kind of image are. */
public final class EntryTypes {
    private EntryTypes() {}

    /** The message of a kind's first entry; all others are alike, but for pagemaps and what {@link ImageFile} says. */
    public static Message of(ImageKind kind) {
        return switch (kind) {
            case INVENTORY -> InventoryEntry.getDefaultInstance();
            case PSTREE -> PstreeEntry.getDefaultInstance();
            case IDS -> TaskKobjIdsEntry.getDefaultInstance();
            case CORE -> CoreEntry.getDefaultInstance();
            case MM -> MmEntry.getDefaultInstance();
            case FS -> FsEntry.getDefaultInstance();
            case FDINFO -> FdinfoEntry.getDefaultInstance();
            case FILES -> FileEntry.getDefaultInstance();
            case PAGEMAP, PAGEMAP_SHMEM -> PagemapHead.getDefaultInstance();
            case REMAP_FPATH -> RemapFilePathEntry.getDefaultInstance();
            case GHOST_FILE -> GhostFileEntry.getDefaultInstance();
            case MEMFD_INODE -> MemfdInodeEntry.getDefaultInstance();
            case PIPES_DATA, FIFO_DATA -> PipeDataEntry.getDefaultInstance();
            case SK_QUEUES -> SkPacketEntry.getDefaultInstance();
            case TCP_STREAM -> TcpStreamEntry.getDefaultInstance();
            case TTY_INFO -> TtyInfoEntry.getDefaultInstance();
            case TTY_DATA -> TtyDataEntry.getDefaultInstance();
            case FILE_LOCKS -> FileLockEntry.getDefaultInstance();
            case SECCOMP -> SeccompEntry.getDefaultInstance();
            case CGROUP -> CgroupEntry.getDefaultInstance();
            case APPARMOR -> ApparmorEntry.getDefaultInstance();
            case BPFMAP_DATA -> BpfmapDataEntry.getDefaultInstance();
            case CPUINFO -> CpuinfoEntry.getDefaultInstance();
            case STATS_DUMP, STATS_RESTORE -> StatsEntry.getDefaultInstance();
            case IRMAP_CACHE -> IrmapCacheEntry.getDefaultInstance();
            case PAGES, TMPFS_DEV -> throw new IllegalArgumentException(kind + " files have no entries");
            default -> ofNamespace(kind);
        };
    }

    private static Message ofNamespace(ImageKind kind) {
        return switch (kind) {
            case UTSNS -> UtsnsEntry.getDefaultInstance();
            case MNTS -> MntEntry.getDefaultInstance();
            case USERNS -> UsernsEntry.getDefaultInstance();
            case TIMENS -> TimensEntry.getDefaultInstance();
            case PIDNS -> PidnsEntry.getDefaultInstance();
            case IPC_VAR -> IpcVarEntry.getDefaultInstance();
            case IPCNS_SHM -> IpcShmEntry.getDefaultInstance();
            case IPCNS_MSG -> IpcMsgEntry.getDefaultInstance();
            case IPCNS_SEM -> IpcSemEntry.getDefaultInstance();
            case NETNS -> NetnsEntry.getDefaultInstance();
            case NETDEV -> NetDeviceEntry.getDefaultInstance();
            case AUTOFS -> AutofsEntry.getDefaultInstance();
            case BINFMT_MISC -> BinfmtMiscEntry.getDefaultInstance();
            case BINFMT_MISC_DEVICE -> BinfmtMiscEntry.getDefaultInstance();
            default -> ofOlderVersion(kind);
        };
    }

    private static Message ofOlderVersion(ImageKind kind) {
        return switch (kind) {
            case REG_FILES -> RegFileEntry.getDefaultInstance();
            case EXT_FILES -> ExtFileEntry.getDefaultInstance();
            case NS_FILES -> NsFileEntry.getDefaultInstance();
            case EVENTFD_FILE -> EventfdFileEntry.getDefaultInstance();
            case EVENTPOLL_FILE -> EventpollFileEntry.getDefaultInstance();
            case EVENTPOLL_TFD -> EventpollTfdEntry.getDefaultInstance();
            case SIGNALFD -> SignalfdEntry.getDefaultInstance();
            case INOTIFY_FILE -> InotifyFileEntry.getDefaultInstance();
            case INOTIFY_WD -> InotifyWdEntry.getDefaultInstance();
            case FANOTIFY_FILE -> FanotifyFileEntry.getDefaultInstance();
            case FANOTIFY_MARK -> FanotifyMarkEntry.getDefaultInstance();
            case PIPES -> PipeEntry.getDefaultInstance();
            case FIFO -> FifoEntry.getDefaultInstance();
            case UNIXSK -> UnixSkEntry.getDefaultInstance();
            case INETSK -> InetSkEntry.getDefaultInstance();
            case PACKETSK -> PacketSockEntry.getDefaultInstance();
            case NETLINK_SK -> NetlinkSkEntry.getDefaultInstance();
            case TTY_FILES -> TtyFileEntry.getDefaultInstance();
            case TUNFILE -> TunfileEntry.getDefaultInstance();
            case TIMERFD -> TimerfdEntry.getDefaultInstance();
            case PIDFD -> PidfdEntry.getDefaultInstance();
            case BPFMAP_FILE -> BpfmapFileEntry.getDefaultInstance();
            case VMAS -> VmaEntry.getDefaultInstance();
            case CREDS -> CredsEntry.getDefaultInstance();
            case SIGACT -> SaEntry.getDefaultInstance();
            case ITIMERS -> ItimerEntry.getDefaultInstance();
            case POSIX_TIMERS -> PosixTimerEntry.getDefaultInstance();
            case RLIMIT -> RlimitEntry.getDefaultInstance();
            case SIGNAL, THREAD_SIGNAL -> SiginfoEntry.getDefaultInstance();
            default -> throw new IllegalArgumentException(kind + " has no message");
        };
    }
}
