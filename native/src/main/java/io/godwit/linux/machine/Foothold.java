package io.godwit.linux.machine;

import io.godwit.linux.trace.Tracee;
import java.io.IOException;

/**
 * What the machine rests on in a process: how the process is made to call mmap(2) and munmap(2) for it, and how a thread tells that it has
 * run a program.
 */
sealed interface Foothold permits StrangersFoothold, SeedsFoothold {
    /** The signal by which a thread stops that has done what it was to. */
    int signal();

    /** Begins one system call of a thread that runs no program; {@link #endCall} must follow. */
    void beginCall(BorrowedThread thread, int number, long... arguments) throws IOException;

    /** Waits for the end of the call that was begun, and gives the raw result. */
    long endCall(BorrowedThread thread) throws IOException;

    /** How many bytes at the top of each slot's stack are not the stack's, a multiple of 16. */
    int roomAtStackTop();

    /** What is to be there while the thread runs programs. */
    byte[] atStackTop(BorrowedThread thread);

    /** Where programs return to that run below such a top. */
    long exit(MachineRegion region, long stackTop);

    /** Where a thread stands that has returned there. */
    StopPlace stop(MachineRegion region, long stackTop);

    /** Begins to unmap the machine; {@link #endUnmapping} must follow. */
    void beginUnmapping(RemoteMachine machine, Tracee leader) throws IOException;

    /** Waits for that, and gives the raw result of munmap(2). */
    long endUnmapping(BorrowedThread leader, MachineRegion region) throws IOException;
}
