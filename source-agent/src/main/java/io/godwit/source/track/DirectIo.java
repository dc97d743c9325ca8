package io.godwit.source.track;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;

/**
 * Reads with O_DIRECT (open(2)): a device writes into pages that the kernel has pinned for it, and no page table notices
 * when. A page that is protected meanwhile would count as unwritten though its contents are still to come.
 */
final class DirectIo {
    private static final int O_DIRECT = 040000;

    private DirectIo() {}

    /** Whether a process has a file open for such reads. */
    static boolean possible(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        for (int fd : process.descriptors()) {
            try {
                if ((process.fdInfo(fd).flags() & O_DIRECT) != 0) {
                    return true;
                }
            } catch (IOException e) {
                // it was closed just now
            }
        }
        return false;
    }
}
