package io.godwit.target.restore;

import io.godwit.linux.memory.UserFaultFd;
import io.godwit.target.plan.AddressRange;
import java.io.IOException;
import java.util.List;

/**
 * A userfaultfd of a task that grows, by which it is given the pages that it does not have yet. To write them with process_vm_writev(2)
 * costs a fault for each and has the kernel clear it first, in all nearly twice as much.
 */
final class FreshPages {
    private FreshPages() {}

    /** One for some ranges of anonymous memory; null where the kernel or a limit does not allow it. */
    static UserFaultFd of(GrownTask task, List<AddressRange> ranges) {
        UserFaultFd uffd = null;
        try {
            uffd = UserFaultFd.of(TaskUserFaultFd.open(task, UserFaultFd.OPEN_FLAGS));
            for (AddressRange range : ranges) {
                uffd.register(range.start(), range.end());
            }
            return uffd;
        } catch (IOException e) {
            // then pages are written, which takes longer
            if (uffd != null) {
                uffd.close();
            }
            return null;
        }
    }
}
