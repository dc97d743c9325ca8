package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.CredsEntry;
import io.godwit.linux.machine.Assembler;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialPlannerTest {
    private static final CredsEntry USER = CredsEntry.newBuilder()
            .setUid(1000)
            .setEuid(1000)
            .setSuid(1000)
            .setFsuid(1000)
            .setGid(100)
            .setEgid(100)
            .setSgid(100)
            .setFsgid(100)
            .addGroups(4)
            .addCapBnd(-1 & ~(1 << 10))
            .addCapBnd(-1)
            .addCapPrm(1 << 13 | 1 << 24)
            .buildPartial();

    @Test
    void idsChangeWhileCapabilitiesAreHeldAndCapabilitiesAreSetAfterwards() {
        assertThat(listing(USER, new Capabilities(-1, -1)))
                .containsSubsequence(
                        "prctl(28, 20,",
                        "drop capability 10",
                        "setgroups(1,",
                        "setresgid(100, 100, 100)",
                        "setresuid(1000, 1000, 1000)",
                        "prctl(28, 0,",
                        "capset(");
    }

    @Test
    void capabilitiesThatTheAgentLacksAreLeftOut() {
        long withoutSysResource = ~(1L << 24);

        assertThat(listing(USER, new Capabilities(-1, -1))).contains("24 bytes 00000000002000010000000000000000");
        assertThat(listing(USER, new Capabilities(withoutSysResource, -1)))
                .contains("24 bytes 00000000002000000000000000000000");
    }

    @Test
    void whatTheAgentsBoundingSetLacksNeedNotBeDropped() {
        assertThat(listing(USER, new Capabilities(-1, ~(1L << 10)))).doesNotContain("drop capability");
    }

    /** Setting them would need rights, even if nothing changes. */
    @Test
    void whoIsTheAgentAlreadyGetsNoIds() {
        AgentIdentity same =
                new AgentIdentity(List.of(1000, 1000, 1000, 1000), List.of(100, 100, 100, 100), List.of(4), 0);
        AgentIdentity inAnotherGroup =
                new AgentIdentity(List.of(1000, 1000, 1000, 1000), List.of(100, 100, 100, 100), List.of(5), 0);
        Capabilities few = new Capabilities(0, 0);

        assertThat(listing(USER, new AgentLimits(List.of(), few, same)))
                .contains("capset(")
                .doesNotContain("prctl", "setgroups", "setres");
        assertThat(listing(USER, new AgentLimits(List.of(), few, inAnotherGroup)))
                .contains("setgroups(");
    }

    private static String listing(CredsEntry creds, Capabilities agent) {
        return listing(creds, new AgentLimits(List.of(), agent));
    }

    private static String listing(CredsEntry creds, AgentLimits agent) {
        Assembler a = new Assembler();
        new CredentialPlanner("pid 10 (app)", creds, agent).plan(a);
        return a.build().toString();
    }
}
