package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.FileLockEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes file locks again. The task itself must: a POSIX lock belongs to the process that takes it. It loses them when it closes any
 * descriptor of the file, so they come after all descriptors are in their places.
 */
final class FileLockPlanner {
    private static final int POSIX = 1;
    private static final int FLOCK = 2;
    private static final int OFD = 4;
    private static final int LEASE = 8;
    private static final int WRITE_LOCK = 1;
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int F_SETLK = 6;
    private static final int F_OFD_SETLK = 37;
    private static final int F_SETLEASE = 1024;
    /** struct flock of fcntl(2). */
    private static final int FLOCK_BYTES = 32;

    private static final int START = 8;
    private static final int LENGTH = 16;

    private final Snapshot snapshot;
    private final TaskSnapshot task;

    FileLockPlanner(Snapshot snapshot, TaskSnapshot task) {
        this.snapshot = snapshot;
        this.task = task;
    }

    void plan(ProgramSequence sequence) throws RestoreException {
        for (FileLockEntry lock : snapshot.locks()) {
            if (lock.getPid() == task.pid()) {
                take(sequence.assembler(), lock);
            }
        }
    }

    private void take(Assembler a, FileLockEntry lock) throws RestoreException {
        a.label((lock.getFlag() == LEASE ? "lease" : "lock") + " fd " + lock.getFd() + " of " + task + ", "
                        + name(lock.getFd()))
                .advice(
                        lock.getFlag() == LEASE
                                ? "another process has the file open"
                                : "another process has locked it since; see /proc/locks");
        boolean exclusive = lock.getType() == WRITE_LOCK;
        switch (lock.getFlag()) {
            case FLOCK -> a.call(Syscall.FLOCK, imm(lock.getFd()), imm(LOCK_NB | (exclusive ? LOCK_EX : LOCK_SH)));
            case POSIX -> byRange(a, lock, F_SETLK);
            case OFD -> byRange(a, lock, F_OFD_SETLK);
            case LEASE -> a.call(Syscall.FCNTL, imm(lock.getFd()), imm(F_SETLEASE), imm(lock.getType()));
            default ->
                throw new RestoreException("fd " + lock.getFd() + " of " + task
                        + " held a lock of a kind that is not known" + " (lock flags " + lock.getFlag() + ")");
        }
    }

    private static void byRange(Assembler a, FileLockEntry lock, int command) {
        ByteBuffer flock = ByteBuffer.allocate(FLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flock.putShort(0, (short) lock.getType())
                .putLong(START, lock.getStart())
                .putLong(LENGTH, lock.getLen());
        a.call(
                Syscall.FCNTL,
                imm(lock.getFd()),
                imm(command),
                a.data(flock.array()).address());
    }

    private String name(int fd) {
        return task.descriptors().stream()
                .filter(entry -> entry.getFd() == fd)
                .findFirst()
                .map(entry -> FileNames.of(snapshot.files().get(entry.getId())))
                .orElse("a descriptor that it does not have");
    }
}
