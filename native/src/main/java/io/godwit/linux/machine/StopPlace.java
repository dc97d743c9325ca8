package io.godwit.linux.machine;

/**
 * Where the instruction pointer is of a thread that has done what it was to.
 *
 * @param bySignal when it has stopped by its foothold's signal
 * @param byTrap when it has stopped by a trap
 */
record StopPlace(long bySignal, long byTrap) {
    /** Of one whose signal is that of traps. */
    static StopPlace byTrap(long instruction) {
        return new StopPlace(instruction, instruction);
    }
}
