package io.godwit.linux.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A process to try things on. It is a grandchild: the JDK waits for its children in a thread of its own, which
 * would take the ptrace stops of a child away from us.
 */
final class Subject implements AutoCloseable {
    /** The shell tells the pid; cat echoes, which shows that it runs, and ends when our end of its input does. */
    private static final String SCRIPT = "exec 3<&0; cat <&3 3<&- & echo $!; exec 3<&- <&-; wait";

    private final Process shell;
    private final int pid;

    private Subject(Process shell, int pid) {
        this.shell = shell;
        this.pid = pid;
    }

    static Subject start() throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader answers = shell.inputReader(StandardCharsets.US_ASCII);
        String pid = answers.readLine();
        if (pid == null || !echoes(shell, answers)) {
            shell.destroyForcibly();
            throw new IOException("/bin/sh and cat, to try things on, did not start");
        }
        return new Subject(shell, Integer.parseInt(pid));
    }

    /** Asked only after the shell told the pid, as both write to the same pipe. */
    private static boolean echoes(Process shell, BufferedReader answers) throws IOException {
        shell.getOutputStream().write("ready\n".getBytes(StandardCharsets.US_ASCII));
        shell.getOutputStream().flush();
        return "ready".equals(answers.readLine());
    }

    int pid() {
        return pid;
    }

    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        shell.getInputStream().close();
        try {
            shell.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
