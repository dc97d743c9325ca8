package io.godwit.image.show;

import com.google.protobuf.Message;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.ApparmorEntry;
import io.godwit.image.proto.AutofsEntry;
import io.godwit.image.proto.BinfmtMiscEntry;
import io.godwit.image.proto.BpfmapDataEntry;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CpuinfoEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FileLockEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.IpcMsgEntry;
import io.godwit.image.proto.IpcSemEntry;
import io.godwit.image.proto.IpcShmEntry;
import io.godwit.image.proto.IpcVarEntry;
import io.godwit.image.proto.IrmapCacheEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.MntEntry;
import io.godwit.image.proto.NetDeviceEntry;
import io.godwit.image.proto.NetnsEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.PidnsEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.SeccompEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.StatsEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.image.proto.TcpStreamEntry;
import io.godwit.image.proto.TimensEntry;
import io.godwit.image.proto.TtyDataEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.UsernsEntry;
import io.godwit.image.proto.UtsnsEntry;

/** Which message the entries of each kind of image are. */
final class EntryTypes {
    private EntryTypes() {}

    /** The message of a kind's first entry; all others are alike, but for pagemaps and what {@link ImageFile} says. */
    static Message of(ImageKind kind) {
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
            case PAGES -> throw new IllegalArgumentException("pages files have no entries");
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
            default -> throw new IllegalArgumentException(kind + " has no message");
        };
    }
}
