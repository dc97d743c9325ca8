package io.godwit.linux.proc;

/**
 * The last use of an object of System V by a process, as the kernel notes it (sysvipc(7)).
 *
 * @param id of the object; each kind has its own
 * @param pid who used it; it may have ended, and another may have its number
 * @param seconds when, since the epoch, by the clock of that time
 */
public record SystemVUse(Kind kind, int id, int pid, long seconds) {
    /** What there is, and the option of ipcrm(1) that removes it. */
    public enum Kind {
        SEMAPHORES("semaphore set", "-s"),
        QUEUE("message queue", "-q"),
        SEGMENT("shared memory segment", "-m");

        private final String text;
        private final String option;

        Kind(String text, String option) {
            this.text = text;
            this.option = option;
        }
    }

    /** For an error, for example {@code semaphore set 3 of System V}. */
    public String describe() {
        return kind.text + " " + id + " of System V";
    }

    /** The command that removes the object. */
    public String removal() {
        return "ipcrm " + kind.option + " " + id;
    }
}
