package io.godwit.criu.rpc;

import io.godwit.criu.Criu;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.Setting;
import io.godwit.criu.run.OwnCommand;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page server that a worker started: a process in a session of its own, which lives on when the worker ends.
 *
 * @param port where it listens
 */
record PageServerProcess(Process process, int port) {
    private static final int READY = 0;

    /**
     * Starts it, and waits until it listens.
     *
     * @throws IOException if it ended before that; its log tells why
     */
    static PageServerProcess start(List<Setting> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(OwnCommand.read().withMain(Criu.class).with(arguments(settings)));
        Process process = new ProcessBuilder(command)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(Redirect.INHERIT)
                .start();
        int first = process.getInputStream().read();
        if (first != READY) {
            process.destroy();
            throw new IOException("the page server did not start; its log in the work directory tells why");
        }
        process.getInputStream().close();
        return new PageServerProcess(process, ListeningPort.of((int) process.pid()));
    }

    private static List<String> arguments(List<Setting> settings) {
        List<String> arguments = new ArrayList<>(List.of(CriuCommand.PAGE_SERVER.word(), "--status-fd=1"));
        for (Setting setting : settings) {
            // In a request it means the client of such a server.
            if (setting.option() != CriuOption.PAGE_SERVER) {
                arguments.add(argument(setting));
            }
        }
        return arguments;
    }

    static String argument(Setting setting) {
        String name = (setting.on() ? "--" : "--no-") + setting.option().longName();
        return setting.value().isEmpty() ? name : name + "=" + setting.value();
    }

    int pid() {
        return (int) process.pid();
    }
}
