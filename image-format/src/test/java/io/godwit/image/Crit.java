package io.godwit.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** CRIU's own image tool, as Debian packs it: the judge of what we write. */
final class Crit {
    private static final Path PROGRAM = Path.of("/usr/bin/crit");

    private Crit() {}

    /** The image as one line of JSON. */
    static String decode(Path image) throws IOException, InterruptedException {
        return run("decode", "-i", image.toString());
    }

    /** Turns JSON into an image. */
    static void encode(Path json, Path image) throws IOException, InterruptedException {
        run("encode", "-i", json.toString(), "-o", image.toString());
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IOException(PROGRAM + " is missing and these tests need it as a judge: apt-get install criu");
        }
        String[] command = new String[arguments.length + 1];
        command[0] = PROGRAM.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
