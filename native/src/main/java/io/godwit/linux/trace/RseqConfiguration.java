package io.godwit.linux.trace;

/**
 * A thread's registration of a restartable sequence area (PTRACE_GET_RSEQ_CONFIGURATION of ptrace(2)).
 *
 * @param pointer address of the struct rseq; 0 when none is registered
 */
public record RseqConfiguration(long pointer, int size, int signature, int flags) {
    public boolean registered() {
        return pointer != 0;
    }
}
