package io.godwit.cli.image;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where the commands write, and how they refuse their argument. */
final class Output {
    private static final int BUFFER_CHARS = 1 << 16;

    private Output() {}

    /** Writes the result of a command. */
    @FunctionalInterface
    interface Body {
        void write(Appendable out) throws IOException;
    }

    /** Images have many entries, so lines are not flushed one by one. */
    static void write(CommandSpec spec, Body body) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BufferedWriter buffer = new BufferedWriter(out, BUFFER_CHARS);
        try {
            body.write(buffer);
        } finally {
            buffer.flush();
            out.flush();
        }
    }

    static void requireDirectory(CommandSpec spec, Path path) {
        if (!Files.isDirectory(path)) {
            throw new ParameterException(spec.commandLine(), "'" + path + "' is not a directory of images");
        }
    }

    static void requireFile(CommandSpec spec, Path path) {
        requireExists(spec, path);
        if (Files.isDirectory(path)) {
            throw new ParameterException(spec.commandLine(), "'" + path + "' is a directory; name one image file");
        }
    }

    static void requireExists(CommandSpec spec, Path path) {
        if (!Files.isReadable(path)) {
            throw new ParameterException(spec.commandLine(), "'" + path + "' is not there or can not be read");
        }
    }
}
