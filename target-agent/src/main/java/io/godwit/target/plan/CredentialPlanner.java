package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.CredsEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Credentials of one thread, the last thing that it gets: afterwards it may lack the right to anything else. User ids are set
 * while the kernel is told to leave the capabilities alone.
 */
final class CredentialPlanner {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int NO_SETUID_FIXUP_AND_KEEP_CAPS = 1 << 2 | 1 << 4;
    private static final int CAPABILITIES = 64;

    private final String who;
    private final CredsEntry creds;
    private final Capabilities agent;
    private final AgentIdentity identity;

    /** @param agent what the agent may give: capabilities that it lacks are left out */
    CredentialPlanner(String who, CredsEntry creds, AgentLimits agent) {
        this.who = who;
        this.creds = creds;
        this.agent = agent.capabilities();
        this.identity = agent.identity();
    }

    void plan(Assembler a) {
        // A task begins with what the agent has, and needs no right to keep it.
        if (identity.is(creds)) {
            bounding(a);
        } else {
            a.label("keep capabilities over the change of user ids of " + who).advice("the agent needs CAP_SETPCAP");
            a.call(
                    Syscall.PRCTL,
                    imm(Abi.PR_SET_SECUREBITS),
                    imm(NO_SETUID_FIXUP_AND_KEEP_CAPS),
                    imm(0),
                    imm(0),
                    imm(0));
            bounding(a);
            identities(a);
            a.label("set the secure bits of " + who);
            a.call(Syscall.PRCTL, imm(Abi.PR_SET_SECUREBITS), imm(creds.getSecbits()), imm(0), imm(0), imm(0));
        }
        capabilities(a);
        ambient(a);
        if (creds.getNoNewPrivs() != 0) {
            a.label("set no_new_privs of " + who);
            a.call(Syscall.PRCTL, imm(Abi.PR_SET_NO_NEW_PRIVS), imm(1), imm(0), imm(0), imm(0));
        }
    }

    private void identities(Assembler a) {
        a.label("set the groups of " + who).advice("the agent needs CAP_SETGID");
        ByteBuffer groups =
                ByteBuffer.allocate(Integer.BYTES * creds.getGroupsCount()).order(ByteOrder.LITTLE_ENDIAN);
        creds.getGroupsList().forEach(groups::putInt);
        DataSlot list = a.data(groups.array());
        a.call(Syscall.SETGROUPS, imm(creds.getGroupsCount()), list.address());
        a.label("set the group ids of " + who).advice("the agent needs CAP_SETGID");
        a.call(Syscall.SETRESGID, id(creds.getGid()), id(creds.getEgid()), id(creds.getSgid()));
        a.callAny(Syscall.SETFSGID, id(creds.getFsgid()));
        a.label("set the user ids of " + who).advice("the agent needs CAP_SETUID");
        a.call(Syscall.SETRESUID, id(creds.getUid()), id(creds.getEuid()), id(creds.getSuid()));
        a.callAny(Syscall.SETFSUID, id(creds.getFsuid()));
    }

    private void bounding(Assembler a) {
        long wanted = Capabilities.set(creds.getCapBndList());
        for (int capability = 0; capability < CAPABILITIES; capability++) {
            if ((wanted >>> capability & 1) == 0 && (agent.bounding() >>> capability & 1) != 0) {
                a.label("drop capability " + capability + " from the bounding set of " + who)
                        .advice("the agent needs CAP_SETPCAP");
                a.call(Syscall.PRCTL, imm(Abi.PR_CAPBSET_DROP), imm(capability), imm(0), imm(0), imm(0));
            }
        }
    }

    private void capabilities(Assembler a) {
        long permitted = Capabilities.set(creds.getCapPrmList()) & agent.permitted();
        long effective = Capabilities.set(creds.getCapEffList()) & permitted;
        long inheritable = Capabilities.set(creds.getCapInhList()) & agent.permitted();
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int shift = 0; shift <= 32; shift += 32) {
            data.putInt((int) (effective >>> shift))
                    .putInt((int) (permitted >>> shift))
                    .putInt((int) (inheritable >>> shift));
        }
        a.label("set the capabilities of " + who);
        DataSlot header = a.words(imm(CAPABILITY_VERSION_3));
        DataSlot sets = a.data(data.array());
        a.call(Syscall.CAPSET, header.address(), sets.address());
    }

    private void ambient(Assembler a) {
        for (long left = Capabilities.set(creds.getCapAmbList()) & agent.permitted(); left != 0; left &= left - 1) {
            int capability = Long.numberOfTrailingZeros(left);
            a.label("raise ambient capability " + capability + " of " + who);
            a.call(
                    Syscall.PRCTL,
                    imm(Abi.PR_CAP_AMBIENT),
                    imm(Abi.PR_CAP_AMBIENT_RAISE),
                    imm(capability),
                    imm(0),
                    imm(0));
        }
    }

    private static io.godwit.linux.machine.Operand id(int value) {
        return imm(Integer.toUnsignedLong(value));
    }
}
