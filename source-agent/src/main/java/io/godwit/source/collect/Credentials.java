package io.godwit.source.collect;

import io.godwit.image.proto.CredsEntry;
import io.godwit.linux.proc.ProcStatus;
import java.util.function.IntConsumer;

/** Users, groups and capabilities of a thread as CRIU's message. */
final class Credentials {
    private Credentials() {}

    static CredsEntry entry(ProcStatus status, int securebits) {
        int[] uids = status.uids();
        int[] gids = status.gids();
        CredsEntry.Builder creds = CredsEntry.newBuilder()
                .setUid(uids[0])
                .setEuid(uids[1])
                .setSuid(uids[2])
                .setFsuid(uids[3])
                .setGid(gids[0])
                .setEgid(gids[1])
                .setSgid(gids[2])
                .setFsgid(gids[3])
                .setSecbits(securebits)
                .setNoNewPrivs(status.noNewPrivileges() ? 1 : 0);
        halves(status.bits("CapInh"), creds::addCapInh);
        halves(status.bits("CapPrm"), creds::addCapPrm);
        halves(status.bits("CapEff"), creds::addCapEff);
        halves(status.bits("CapBnd"), creds::addCapBnd);
        halves(status.bits("CapAmb"), creds::addCapAmb);
        for (int group : status.groups()) {
            creds.addGroups(group);
        }
        return creds.build();
    }

    private static void halves(long bits, IntConsumer add) {
        add.accept((int) bits);
        add.accept((int) (bits >>> 32));
    }
}
