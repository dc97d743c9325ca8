package io.godwit.criu.run;

import io.godwit.linux.ZeroEnded;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How this process was started, so that another can be started like it: the same Java with the same flags.
 *
 * @param program Java, its flags and the main class
 * @param arguments of the main class
 */
public record OwnCommand(List<String> program, List<String> arguments) {
    private static final String CLASS_PATH = "-cp";

    public OwnCommand {
        program = List.copyOf(program);
        arguments = List.copyOf(arguments);
    }

    /**
     * Reads it from /proc.
     *
     * @throws IOException if this process was not started as {@code java ... -cp PATH CLASS ARGUMENT...}
     */
    public static OwnCommand read() throws IOException {
        ProcDirectory self = ProcDirectory.own();
        return parse(self.text("cmdline"), self.link("exe"));
    }

    static OwnCommand parse(String commandLine, String executable) throws IOException {
        List<String> words = ZeroEnded.split(commandLine);
        int main = words.indexOf(CLASS_PATH) + 2;
        if (main < 2 || main >= words.size()) {
            throw new IOException("another process like this one can not be started, as its command line has no "
                    + CLASS_PATH + " with a main class after it");
        }
        words.set(0, executable);
        return new OwnCommand(words.subList(0, main + 1), words.subList(main + 1, words.size()));
    }

    /** The same program with other arguments. */
    public List<String> with(List<String> others) {
        List<String> command = new ArrayList<>(program);
        command.addAll(others);
        return command;
    }

    /** The same program with another main class. */
    public OwnCommand withMain(Class<?> main) {
        List<String> other = new ArrayList<>(program);
        other.set(other.size() - 1, main.getName());
        return new OwnCommand(other, arguments);
    }
}
