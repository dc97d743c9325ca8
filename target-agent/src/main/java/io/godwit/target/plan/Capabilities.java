package io.godwit.target.plan;

/**
 * What the agent may hand on.
 *
 * @param permitted its permitted set; bit n stands for capability n
 * @param bounding its bounding set
 */
public record Capabilities(long permitted, long bounding) {}
