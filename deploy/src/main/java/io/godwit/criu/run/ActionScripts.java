package io.godwit.criu.run;

import io.godwit.criu.options.CriuOptions;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Programs that are run at each stage, in the work directory, with no arguments. They learn the stage from
 * CRTOOLS_SCRIPT_ACTION, the images' directory from CRTOOLS_IMAGE_DIR and, once it is known, the root task's pid from
 * CRTOOLS_INIT_PID. Any exit code but 0 refuses; all of them are run even so.
 */
public final class ActionScripts implements Notifier, AutoCloseable {
    private static final int SIGNAL_BASE = 128;

    private final List<String> scripts;
    private final Path workDirectory;
    private final Optional<Fd> images;

    private ActionScripts(List<String> scripts, Path workDirectory, Optional<Fd> images) {
        this.scripts = scripts;
        this.workDirectory = workDirectory;
        this.images = images;
    }

    /**
     * Prepares to run those of the options, which may be none.
     *
     * @throws IOException if the images' directory can not be opened
     */
    public static ActionScripts of(CriuOptions options) throws IOException {
        Path work = options.directories().work();
        if (options.scripts().isEmpty()) {
            return new ActionScripts(List.of(), work, Optional.empty());
        }
        String images = options.directories().images().toString();
        Fd directory = Descriptors.open(images, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY, 0);
        return new ActionScripts(options.scripts(), work, Optional.of(directory));
    }

    @Override
    public void reached(Stage stage, OptionalInt root) throws IOException {
        List<String> failures = new ArrayList<>();
        for (String script : scripts) {
            run(script, stage, root, failures);
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures));
        }
    }

    private void run(String script, Stage stage, OptionalInt root, List<String> failures) throws IOException {
        String what = "the action script " + script + " at " + stage.word();
        try {
            int code = start(script, stage, root).waitFor();
            if (code != 0) {
                failures.add(what + " gave exit code " + code
                        + (code > SIGNAL_BASE ? ", as one does that a signal ends" : ""));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + what + " ran", e);
        } catch (IOException e) {
            failures.add(what + " can not be run: " + e.getMessage());
        }
    }

    private Process start(String script, Stage stage, OptionalInt root) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(script).directory(workDirectory.toFile()).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.put("CRTOOLS_SCRIPT_ACTION", stage.word());
        environment.put(
                "CRTOOLS_IMAGE_DIR",
                "/proc/" + ProcessHandle.current().pid() + "/fd/"
                        + images.orElseThrow().number());
        if (root.isPresent()) {
            environment.put("CRTOOLS_INIT_PID", Integer.toString(root.getAsInt()));
        }
        return builder.start();
    }

    @Override
    public void close() {
        images.ifPresent(Fd::close);
    }
}
