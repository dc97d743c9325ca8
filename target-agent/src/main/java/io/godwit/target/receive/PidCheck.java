package io.godwit.target.receive;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pids and tids of the tree must be free. */
final class PidCheck implements Check {
    @Override
    public void run(PreflightRequest request, Findings findings) throws IOException {
        int max = PidMax.read();
        for (int pid : request.getPidsList()) {
            if (pid >= max) {
                findings.error(
                        "pid " + pid,
                        "is above this host's limit of " + max,
                        "raise kernel.pid_max: sysctl kernel.pid_max=" + (pid + 1));
            } else if (ProcDirectory.process(pid).exists()) {
                findings.error(
                        "pid " + pid,
                        "belongs to " + name(pid),
                        "end that process, or run the target agent in a pid namespace of its own");
            }
        }
    }

    private static String name(int pid) {
        try {
            return "'"
                    + Files.readString(Path.of("/proc", Integer.toString(pid), "comm"))
                            .strip() + "' here";
        } catch (IOException e) {
            return "a process here that is just ending";
        }
    }
}
