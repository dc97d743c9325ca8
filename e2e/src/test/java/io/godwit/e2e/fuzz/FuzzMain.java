package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Fuzzes by hand: {@code deploy/fuzz}. */
final class FuzzMain {
    private FuzzMain() {}

    /** Arguments: the corpus, seconds for each target, the name of a target or {@code all}, and a seed to try alone. */
    public static void main(String[] arguments) throws IOException {
        Path corpus = Path.of(arguments[0]);
        if (arguments[1].equals("--add")) {
            add(Path.of(arguments[2]), corpus.resolve("dumps").resolve(arguments[3] + ".gz"));
            return;
        }
        long seconds = Long.parseLong(arguments[1]);
        boolean alone = arguments.length > 3;
        long seed = alone ? Long.parseLong(arguments[3]) : System.nanoTime();
        int defects = 0;
        for (Map.Entry<String, FuzzTargets.Maker> entry :
                FuzzTargets.all(corpus).entrySet()) {
            if (arguments[2].equals("all") || arguments[2].equals(entry.getKey())) {
                defects += fuzz(entry.getKey(), entry.getValue(), seed, alone ? 0 : seconds) ? 0 : 1;
            }
        }
        System.exit(defects == 0 ? 0 : 1);
    }

    private static boolean fuzz(String name, FuzzTargets.Maker maker, long seed, long seconds) throws IOException {
        try (FuzzTarget target = maker.make();
                Fuzzer fuzzer = new Fuzzer()) {
            try {
                if (seconds == 0) {
                    fuzzer.one(target, seed);
                } else {
                    fuzzer.run(target, seed, seconds);
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d inputs from seed %d, %d refused with words%n",
                        name,
                        fuzzer.inputs(),
                        seed,
                        fuzzer.refused());
                return true;
            } catch (AssertionError e) {
                System.out.println(name + ": " + e.getMessage());
                e.printStackTrace(System.out);
                keep(name, target, e.getMessage());
                return false;
            }
        }
    }

    /** Writes the input, to be moved to the corpus when the defect is mended. */
    private static void keep(String name, FuzzTarget target, String message) throws IOException {
        String digits = message.replaceFirst("(?s)seed (-?\\d+).*", "$1");
        if (digits.matches("-?\\d+")) {
            Path file = Path.of(System.getProperty("java.io.tmpdir"), "godwit-fuzz-" + name + digits + ".gz");
            write(file, target.input(new Random(Long.parseLong(digits))));
            System.out.println("the input is " + file + "; again: deploy/fuzz 0 " + name + " " + digits);
        }
    }

    private static void add(Path dump, Path file) throws IOException {
        write(file, Bundle.of(dump).encode());
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
    }
}
