package io.godwit.linux.machine;

import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The vdso (vdso(7)) that this kernel gives to processes, as this one has it. That of another may have been written to by its tracer. */
public final class KernelVdso {
    private KernelVdso() {}

    /** All of its pages; nothing where the kernel was booted without. */
    static byte[] pages() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        for (Vma vma : ProcDirectory.process(self).maps()) {
            if (vma.vdso()) {
                return new ProcessMemory(self).bytes(vma.start(), Math.toIntExact(vma.bytes()));
            }
        }
        return new byte[0];
    }

    /** By which kernels are compared that must have the same. */
    public static byte[] sha256() throws IOException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(pages());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
