package io.godwit.target.plan;

import io.godwit.linux.machine.Program;

/**
 * How a zombie ends.
 *
 * @param preparation what it runs first
 * @param signal the signal to end it by, 0 if it ends by itself
 * @param exit what it runs to end by itself
 */
public record ZombiePlan(Program preparation, int signal, Program exit) {}
