package io.godwit.target.receive;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.lang.ref.Reference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The kernel's vdso must be the same: programs hold addresses of its functions. */
final class VdsoCheck implements Check {
    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        if (request.hasVdsoSha256()
                && !MessageDigest.isEqual(request.getVdsoSha256().toByteArray(), hash())) {
            findings.error(
                    "vdso",
                    "is not the one of the source's kernel",
                    "boot the same kernel on both hosts; this one is " + System.getProperty("os.version"));
        }
    }

    /** SHA-256 of this kernel's vdso. */
    static byte[] hash() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        for (Vma vma : ProcDirectory.process(self).maps()) {
            if (vma.name().equals("[vdso]")) {
                NativeMemory copy = NativeMemory.allocate((int) vma.bytes());
                new ProcessMemory(self).read(vma.start(), copy.address(), copy.size());
                byte[] bytes = copy.bytes(0, copy.size());
                Reference.reachabilityFence(copy);
                return digest(bytes);
            }
        }
        return new byte[0];
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
