package io.godwit.target.plan;

import io.godwit.linux.machine.Program;
import java.util.List;
import java.util.Map;

/**
 * The programs that make one task out of a forked seed that has its memory, in the order in which they run.
 *
 * @param environment process group, descriptors, directories, signal actions; the last one makes the threads. Of a task with one thread it is all
 * @param threads what each thread but the leader runs, by tid
 * @param leader what the leader runs when all threads have: timers, limits, its own state and credentials; empty for a task with one thread, for
 *     which each program is a stop more
 * @param ignoresSigtrap the machine reports by SIGTRAP, so it must restore this itself
 */
public record TaskPlan(
        TaskSnapshot task,
        List<Program> environment,
        Map<Integer, Program> threads,
        List<Program> leader,
        boolean ignoresSigtrap) {}
