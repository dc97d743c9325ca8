package io.godwit.criu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** One command that was run in this process, by either name: its exit code and what it said. */
record CommandRun(int code, String out, String err) {
    static CommandRun of(Manner manner, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CriuCommandLine line = new CriuCommandLine(
                manner, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        int code = line.run(List.of(arguments));
        return new CommandRun(code, out.toString(UTF_8), err.toString(UTF_8));
    }
}
