/**
 * The syscall machine: Java plans a {@link io.godwit.linux.machine.Program program} of syscalls, and a tiny interpreter in C
 * runs it inside another process. One stop of the process runs the whole batch.
 *
 * <p>{@link io.godwit.linux.machine.Assembler} builds a program, {@link io.godwit.linux.machine.Program#encode} lays it out for
 * an arena address, the interpreter ({@code native/src/main/c/machine.c}) runs it, and
 * {@link io.godwit.linux.machine.RunResult} reads what it left in the arena. Labels stay in Java: a failure is told in the words
 * of the plan.
 */
package io.godwit.linux.machine;
