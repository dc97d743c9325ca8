package io.godwit.target.plan;

import java.util.List;

/**
 * What the agent's own rights allow it to give to tasks.
 *
 * @param hard its hard resource limits, by resource number
 */
public record AgentLimits(List<Long> hard, Capabilities capabilities, AgentIdentity identity) {
    /** Those of an agent of which it is not known who it is. */
    public AgentLimits(List<Long> hard, Capabilities capabilities) {
        this(hard, capabilities, AgentIdentity.UNKNOWN);
    }

    /** Copies the list. */
    public AgentLimits {
        hard = List.copyOf(hard);
    }
}
