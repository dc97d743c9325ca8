package io.godwit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThisProcessTest {
    /** Becomes the program that the arguments name. */
    static final class Becomes {
        public static void main(String[] arguments) throws IOException {
            ThisProcess.become(List.of(arguments));
        }
    }

    @Test
    void aJavaProgramBecomesAnotherOneWithItsPidAndEnvironment() throws IOException {
        Process process = java("sh", "-c", "echo $$ $MARK; grep SigBlk /proc/self/status; exit 0");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(process.pid() + " marked\nSigBlk:\t0000000000000000", output.strip());
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        LinuxException e =
                assertThrows(LinuxException.class, () -> ThisProcess.become(List.of("no-such-program-anywhere")));
        assertTrue(e.getMessage().contains("no-such-program-anywhere"), e.getMessage());
        assertEquals(Errno.ENOENT, e.errno());
    }

    private static Process java(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Becomes.class.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MARK", "marked");
        return builder.start();
    }
}
