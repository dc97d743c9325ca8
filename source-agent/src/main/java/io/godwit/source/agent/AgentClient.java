package io.godwit.source.agent;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.source.cli.Messages;
import io.godwit.source.cli.ReadyAgent;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.report.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Asks the agent that waits on this host. It ends, as if it had been interrupted, when this process does. */
public final class AgentClient implements ReadyAgent {
    /** An agent that waits answers at once, unless it was stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final JournalDirectory journals;

    /** @param journals of this host; beside them an agent waits by default */
    public AgentClient(JournalDirectory journals) {
        this.journals = journals;
    }

    @Override
    public OptionalInt migrate(int pid, Optional<Path> named, List<String> words, Consumer<String> said)
            throws IOException {
        Path path = named.orElseGet(() -> AgentSocket.path(journals));
        if (!Files.exists(path)) {
            named.ifPresent(absent -> said.accept(notUsed(path, "is not there")));
            return OptionalInt.empty();
        }
        Channel channel;
        try {
            channel = new Channel(SeqPacketSocket.connect(path.toString(), PATIENCE));
        } catch (IOException e) {
            said.accept(notUsed(path, reason(e)));
            return OptionalInt.empty();
        }
        Answer answer;
        try (channel;
                Interruption interruption = Interruption.of(channel)) {
            answer = ask(channel, interruption, words);
            if (answer.taken()) {
                return OptionalInt.of(await(channel, new LostAgent(journals, pid, answer.text())));
            }
        }
        // not before the channel is closed: the agent is free again
        said.accept(notUsed(path, answer.text()));
        return OptionalInt.empty();
    }

    /**
     * What came of it.
     *
     * @param text the agent's pid, or why it is not used
     */
    private record Answer(boolean taken, String text) {
        static Answer not(String why) {
            return new Answer(false, why);
        }
    }

    private static Answer ask(Channel channel, Interruption interruption, List<String> words) {
        try {
            Optional<List<String>> identity = channel.receive(PATIENCE);
            if (identity.isEmpty()) {
                return Answer.not("is busy");
            }
            List<String> differences = AgentIdentity.ofThisProcess().differences(AgentIdentity.of(identity.get()));
            if (!differences.isEmpty()) {
                return Answer.not("was started with another " + String.join(", ", differences));
            }
            List<String> all = new ArrayList<>(List.of(Terminal.charset(), Terminal.encoding()));
            all.addAll(words);
            channel.send(all);
            Optional<List<String>> answer = channel.receive(PATIENCE);
            if (answer.isEmpty() || answer.get().size() < 2) {
                return Answer.not("does not answer");
            }
            String text = answer.get().get(1);
            if (!answer.get().get(0).equals(Channel.READY)) {
                return Answer.not("has refused: " + text);
            }
            interruption.agent(Integer.parseInt(text));
            channel.send(Channel.GO);
            return new Answer(true, text);
        } catch (IOException e) {
            return Answer.not(reason(e));
        }
    }

    /** Returns the exit code of the migration. */
    private static int await(Channel channel, LostAgent lost) throws IOException {
        Optional<List<String>> end;
        try {
            end = channel.receive();
        } catch (IOException e) {
            throw lost.failure();
        }
        if (end.isEmpty() || end.get().size() < 2) {
            throw lost.failure();
        }
        return Integer.parseInt(end.get().get(1));
    }

    private static String reason(IOException e) {
        return e instanceof LinuxException linux && linux.errno() == Errno.EAGAIN
                ? "is busy"
                : "can not be asked: " + Messages.of(e);
    }

    private static String notUsed(Path path, String why) {
        return "godwit: the source agent at " + path + " " + why + "; going on without it";
    }
}
