package io.godwit.criu.log;

import io.godwit.criu.options.Logging;
import io.godwit.source.cli.Messages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Where a command tells what it does. Lines are written at once, so that they are there even if it is killed. */
public final class CriuLog implements AutoCloseable {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1000;
    /** What a line is said to come from is code of Godwit, and not what calls it, such as a list. */
    private static final String GODWIT = "io.godwit.";

    /** How errors and warnings look. */
    public enum Form {
        /** As in CRIU's logs. */
        CRIU,
        /** As {@code godwit} tells them on standard error. */
        PLAIN
    }

    private final int level;
    private final Form form;
    private final PrintStream out;
    private final boolean ofItsOwn;
    private final LongSupplier nanos;
    private final long start;
    private Optional<Path> taskFile = Optional.empty();
    private Optional<String> firstError = Optional.empty();

    /**
     * A log that goes to a stream.
     *
     * @param ofItsOwn close the stream at the end
     */
    CriuLog(int level, Form form, OutputStream out, boolean ofItsOwn, LongSupplier nanos) {
        this.level = level;
        this.form = form;
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.ofItsOwn = ofItsOwn;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /**
     * Opens the log that the options name: a file below the work directory, standard output, or standard error.
     *
     * @throws IOException if the file can not be written
     */
    public static CriuLog open(Logging logging, Path workDirectory) throws IOException {
        return open(logging, workDirectory, Form.CRIU, System.out, System.err);
    }

    /**
     * The same with other streams.
     *
     * @param onError the form of what goes to standard error
     * @throws IOException if the file can not be written
     */
    public static CriuLog open(Logging logging, Path workDirectory, Form onError, OutputStream out, OutputStream err)
            throws IOException {
        CriuLog log = target(logging, workDirectory, onError, out, err);
        if (logging.level() >= Logging.STEPS) {
            Preamble.lines().forEach(log::info);
        }
        return log;
    }

    private static CriuLog target(Logging logging, Path workDirectory, Form onError, OutputStream out, OutputStream err)
            throws IOException {
        if (logging.file().isEmpty()) {
            return new CriuLog(logging.level(), onError, err, false, System::nanoTime);
        }
        String name = logging.file().get();
        if (name.equals("-")) {
            return new CriuLog(logging.level(), Form.CRIU, out, false, System::nanoTime);
        }
        Path file = workDirectory.resolve(name);
        CriuLog log = new CriuLog(logging.level(), Form.CRIU, PrivateFile.truncate(file), true, System::nanoTime);
        log.taskFile = logging.perTask() ? Optional.of(file) : Optional.empty();
        return log;
    }

    /** A log that keeps nothing. */
    public static CriuLog none() {
        return new CriuLog(0, Form.CRIU, OutputStream.nullOutputStream(), false, System::nanoTime);
    }

    /** Something failed; tells where it was found. */
    public void error(Exception failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        String place = stack.length == 0 ? "unknown:0" : place(stack[0].getFileName(), stack[0].getLineNumber());
        error(place, words(failure));
    }

    /** Something failed. */
    public void error(String text) {
        error(caller(), text);
    }

    private void error(String place, String text) {
        String line = "Error (" + place + "): " + text;
        if (firstError.isEmpty()) {
            firstError = Optional.of(line);
        }
        write(Logging.ERRORS, form == Form.CRIU ? line : "godwit: " + text);
    }

    /** The last line of a command that failed; what failed was told before. */
    public void failed(String text) {
        if (form == Form.CRIU) {
            error(caller(), text);
        }
    }

    /** Something is not as it was asked for. */
    public void warn(String text) {
        String line = form == Form.CRIU ? "Warn  (" + caller() + "): " + text : "godwit: warning: " + text;
        write(Logging.WARNINGS, line);
    }

    /** A step. */
    public void info(String text) {
        write(Logging.STEPS, text);
    }

    /** A detail. */
    public void debug(String text) {
        write(Logging.ALL, text);
    }

    /**
     * A detail of one task, with its pid before it.
     *
     * @throws IOException if tasks have files of their own, and this one's can not be written
     */
    public void task(int pid, String text) throws IOException {
        if (taskFile.isEmpty()) {
            debug(String.format(Locale.ROOT, "%6d: %s", pid, text));
        } else if (level >= Logging.ALL) {
            Path file = taskFile.get().resolveSibling(taskFile.get().getFileName() + "." + pid);
            try (PrintStream own = new PrintStream(PrivateFile.truncate(file), false, StandardCharsets.UTF_8)) {
                own.print(time() + text + "\n");
            }
        }
    }

    /** The first line that told of an error, without its time. */
    public Optional<String> firstError() {
        return firstError;
    }

    private void write(int of, String text) {
        if (of <= level) {
            String time = level >= Logging.STEPS ? time() : "";
            out.print(time + text + "\n");
            out.flush();
        }
    }

    private String time() {
        long micros = (nanos.getAsLong() - start) / NANOS_PER_MICRO;
        return String.format(Locale.ROOT, "(%02d.%06d) ", micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
    }

    private static String caller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().startsWith(GODWIT)
                                && !frame.getClassName().equals(CriuLog.class.getName()))
                        .findFirst()
                        .map(frame -> place(frame.getFileName(), frame.getLineNumber()))
                        .orElse("unknown:0"));
    }

    private static String place(String file, int line) {
        return (file == null ? "unknown" : file) + ":" + line;
    }

    private static String words(Exception failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return Messages.of(unchecked.getCause());
        }
        if (failure instanceof IOException io) {
            return Messages.of(io);
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }

    @Override
    public void close() {
        out.flush();
        if (ofItsOwn) {
            out.close();
        }
    }
}
