package io.godwit.target.plan;

import io.godwit.image.proto.CredsEntry;
import java.util.List;

/**
 * Who the agent is.
 *
 * @param uids real, effective, saved and that of the file system; empty if it is not known
 * @param gids the same of groups
 * @param groups the others, in order
 */
public record AgentIdentity(List<Integer> uids, List<Integer> gids, List<Integer> groups, int securebits) {
    /** Nobody that a task could be. */
    static final AgentIdentity UNKNOWN = new AgentIdentity(List.of(), List.of(), List.of(), 0);

    public AgentIdentity {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
        groups = List.copyOf(groups);
    }

    /** Whether a task with these credentials is of the same user and groups. */
    boolean is(CredsEntry creds) {
        return uids.equals(List.of(creds.getUid(), creds.getEuid(), creds.getSuid(), creds.getFsuid()))
                && gids.equals(List.of(creds.getGid(), creds.getEgid(), creds.getSgid(), creds.getFsgid()))
                && groups.equals(creds.getGroupsList())
                && securebits == creds.getSecbits();
    }
}
