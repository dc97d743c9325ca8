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

    /** Where no program can be executed, it is not tried for ever. */
    private static final int MOST_FAILURES = 3;

    /** Null if there is none. */
    private OutputStream values;

    private int failures;

    /**
     * The session is to have this value when this process has ended; false if nobody sees to that, as where no program can be executed
     * in the directory for temporary files.
     */
    boolean keep(int nice) {
        if (values == null && failures < MOST_FAILURES) {
            start();
        }
        return tell((byte) nice);
    }

    /** The session is to be left as it is. */
    void forget() {
        tell(NOTHING);
    }

    private boolean tell(byte value) {
        if (values == null) {
            return false;
        }
        try {
            values.write(value);
            values.flush();
        } catch (IOException e) {
            failed();
        }
        return values != null;
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
                    if (ready.read() < 0) {
                        failed();
                    }
                }
            } finally {
                Files.deleteIfExists(executable);
            }
        } catch (IOException e) {
            failed();
        }
    }

    /** Another one may be started. */
    private void failed() {
        values = null;
        failures++;
    }
}
