package io.godwit.linux;

import io.godwit.linux.machine.MachineImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of a few pages that gives the session of this one its nice value back if this one ends, also by SIGKILL, before it has done
 * so ({@code native/src/main/c/nice.c}). It is started when it is needed, and ends with this process.
 */
final class NiceKeeper {
    private static final byte NOTHING = 127;

    private OutputStream values;
    private boolean failed;

    /**
     * The session is to have this value when this process has ended; false if nobody sees to that, as where no program can be executed
     * in the directory for temporary files.
     */
    boolean keep(int nice) {
        if (values == null && !failed) {
            start();
        }
        return tell((byte) nice);
    }

    /** The session is to be left as it is. */
    void forget() {
        tell(NOTHING);
    }

    private boolean tell(byte value) {
        if (values == null || failed) {
            return false;
        }
        try {
            values.write(value);
            values.flush();
        } catch (IOException e) {
            failed = true;
        }
        return !failed;
    }

    private void start() {
        try {
            Path executable = MachineImage.extractNice();
            try {
                Process process = new ProcessBuilder(executable.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                values = process.getOutputStream();
                try (InputStream ready = process.getInputStream()) {
                    failed = ready.read() < 0;
                }
            } finally {
                Files.deleteIfExists(executable);
            }
        } catch (IOException e) {
            failed = true;
        }
    }
}
