package io.godwit.target.receive;

import io.godwit.linux.machine.KernelVdso;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.security.MessageDigest;

/** The kernel's vdso must be the same: programs hold addresses of its functions. */
final class VdsoCheck implements Check {
    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        if (request.hasVdsoSha256()
                && !MessageDigest.isEqual(request.getVdsoSha256().toByteArray(), KernelVdso.sha256())) {
            findings.error(
                    "vdso",
                    "is not the one of the source's kernel",
                    "boot the same kernel on both hosts; this one is " + System.getProperty("os.version"));
        }
    }
}
