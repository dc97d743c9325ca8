package io.godwit.linux.machine;

import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.List;

/** Finds an instruction {@code syscall} in a process; the vdso has one, in the fallback of clock_gettime(2). */
final class VdsoCode {
    private static final byte SYSCALL_FIRST_BYTE = 0x0f;
    private static final byte SYSCALL_SECOND_BYTE = 0x05;
    static final int SYSCALL_BYTES = 2;

    private VdsoCode() {}

    /** The address of the instruction; looked up anew each time, since a restore moves the vdso. */
    static long syscallInstruction(int pid) throws IOException {
        List<Vma> maps = ProcDirectory.process(pid).maps();
        if (maps.isEmpty()) {
            throw MachineException.died(pid, "died"); // a zombie has no memory
        }
        for (Vma vma : maps) {
            if (vma.name().equals("[vdso]")) {
                byte[] code = new ProcessMemory(pid).bytes(vma.start(), Math.toIntExact(vma.bytes()));
                return vma.start() + offsetOfSyscall(code, pid);
            }
        }
        throw new IOException(
                "task " + pid
                        + " has no [vdso] mapping to make the first system call from; was it unmapped, or is the kernel booted with vdso=0?");
    }

    private static int offsetOfSyscall(byte[] code, int pid) throws IOException {
        for (int i = 0; i + 1 < code.length; i++) {
            if (code[i] == SYSCALL_FIRST_BYTE && code[i + 1] == SYSCALL_SECOND_BYTE) {
                return i;
            }
        }
        throw new IOException("the vdso of task " + pid + " holds no syscall instruction");
    }
}
