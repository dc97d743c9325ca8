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
    private static final byte LEAVE = (byte) 0xc9;
    private static final byte RET = (byte) 0xc3;
    /** Of one of the first eight registers. */
    private static final byte POP = 0x58;

    private static final byte POP_MASK = (byte) 0xf8;

    private VdsoCode() {}

    /** Where it is in the vdso of this very process, which nearly all others have too; so it is searched for once. */
    private static final class Usual {
        static final int OFFSET = find();

        private static int find() {
            try {
                int self = (int) ProcessHandle.current().pid();
                Vma vdso = vdso(self, ProcDirectory.process(self).maps());
                return offsetOfSyscall(code(self, vdso), self);
            } catch (IOException e) {
                return 0;
            }
        }
    }

    /**
     * The address of the instruction.
     *
     * @param maps the mappings that the process has now; a restore moves the vdso
     */
    static long syscallInstruction(int pid, List<Vma> maps) throws IOException {
        if (maps.isEmpty()) {
            throw MachineException.died(pid, "died"); // a zombie has no memory
        }
        Vma vdso = vdso(pid, maps);
        long usual = vdso.start() + Usual.OFFSET;
        return isSyscall(pid, usual) ? usual : vdso.start() + offsetOfSyscall(code(pid, vdso), pid);
    }

    /** The address of the instruction, where the caller knows that of the vdso. */
    static long syscallInstruction(int pid, long vdso) throws IOException {
        long usual = vdso + Usual.OFFSET;
        return isSyscall(pid, usual)
                ? usual
                : syscallInstruction(pid, ProcDirectory.process(pid).maps());
    }

    /** Whether such an instruction is at an address, which may be one without memory. */
    static boolean isSyscall(int pid, long address) {
        try {
            byte[] code = new ProcessMemory(pid).bytes(address, SYSCALL_BYTES);
            return code[0] == SYSCALL_FIRST_BYTE && code[1] == SYSCALL_SECOND_BYTE;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the first thing that is done after an instruction {@code syscall} is to take from the stack. */
    static boolean pops(int pid, long instruction) throws IOException {
        byte next = new ProcessMemory(pid).bytes(instruction + SYSCALL_BYTES, 1)[0];
        return next == LEAVE || next == RET || (next & POP_MASK) == POP;
    }

    private static Vma vdso(int pid, List<Vma> maps) throws IOException {
        for (Vma vma : maps) {
            if (vma.name().equals("[vdso]")) {
                return vma;
            }
        }
        throw new IOException(
                "task " + pid
                        + " has no [vdso] mapping to make the first system call from; was it unmapped, or is the kernel booted with vdso=0?");
    }

    private static byte[] code(int pid, Vma vdso) throws IOException {
        return new ProcessMemory(pid).bytes(vdso.start(), Math.toIntExact(vdso.bytes()));
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
