package io.godwit.linux.machine;

import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What the vdso of a process is good for: it has an instruction {@code syscall}, in the fallback of clock_gettime(2), and room at its end. */
final class VdsoCode {
    private static final byte SYSCALL_FIRST_BYTE = 0x0f;
    private static final byte SYSCALL_SECOND_BYTE = 0x05;
    static final int SYSCALL_BYTES = 2;
    /** Elf64_Ehdr and Elf64_Phdr of elf(5). */
    private static final int ELF_PROGRAM_HEADERS = 32;

    private static final int ELF_PROGRAM_HEADER_BYTES = 54;
    private static final int ELF_PROGRAM_HEADER_COUNT = 56;
    private static final int SEGMENT_OFFSET = 8;
    private static final int SEGMENT_BYTES = 32;

    private VdsoCode() {}

    /** What is known of the vdso of this very process, which nearly all others have too; so it is looked at once. */
    private record Image(int syscallOffset, long bytes, long loadedBytes) {
        static final Image USUAL = ofThisProcess();

        private static Image ofThisProcess() {
            try {
                byte[] pages = KernelVdso.pages();
                int self = (int) ProcessHandle.current().pid();
                return new Image(offsetOfSyscall(pages, self), pages.length, endOfSegments(pages));
            } catch (IOException e) {
                return new Image(0, 0, 0);
            }
        }
    }

    /**
     * The address of the instruction.
     *
     * @param maps the mappings that the process has now; a restore moves the vdso
     */
    static long syscallInstruction(int pid, List<Vma> maps) throws IOException {
        Vma vdso = vdso(pid, maps);
        long usual = vdso.start() + Image.USUAL.syscallOffset();
        return isSyscall(pid, usual) ? usual : vdso.start() + offsetOfSyscall(code(pid, vdso), pid);
    }

    /** The address of the instruction, where the caller knows that of the vdso. */
    static long syscallInstruction(int pid, long vdso) throws IOException {
        long usual = vdso + Image.USUAL.syscallOffset();
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

    /**
     * Where so many bytes are free between the end of the image and that of its last page.
     *
     * @param maps the mappings that the process has now
     */
    static long roomAtEnd(int pid, List<Vma> maps, int bytes) throws IOException {
        Vma vdso = vdso(pid, maps);
        if (vdso.bytes() != Image.USUAL.bytes()) {
            throw new IOException("the [vdso] of task " + pid + " has " + vdso.bytes() + " bytes, and this program's "
                    + Image.USUAL.bytes() + "; a 64-bit program of this kernel has the same");
        }
        if (vdso.bytes() - bytes < Image.USUAL.loadedBytes()) {
            throw new IOException("the [vdso] of task " + pid + " has no " + bytes
                    + " bytes behind its last segment, from where calls are made; please tell of this kernel, "
                    + System.getProperty("os.version"));
        }
        return vdso.end() - bytes;
    }

    private static Vma vdso(int pid, List<Vma> maps) throws IOException {
        if (maps.isEmpty()) {
            throw MachineException.died(pid, "died"); // a zombie has no memory
        }
        for (Vma vma : maps) {
            if (vma.vdso()) {
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

    private static long endOfSegments(byte[] image) {
        ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        long end = 0;
        int header = (int) elf.getLong(ELF_PROGRAM_HEADERS);
        for (int i = 0; i < elf.getShort(ELF_PROGRAM_HEADER_COUNT); i++) {
            end = Math.max(end, elf.getLong(header + SEGMENT_OFFSET) + elf.getLong(header + SEGMENT_BYTES));
            header += elf.getShort(ELF_PROGRAM_HEADER_BYTES);
        }
        return end;
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
