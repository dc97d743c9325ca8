package io.godwit.source.agent;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.source.cli.ReadyAgent;
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

    private final Path usual;

    /** @param usual where an agent waits by default */
    public AgentClient(Path usual) {
        this.usual = usual;
    }

    @Override
    public OptionalInt migrate(Optional<Path> named, List<String> words, Consumer<String> said) throws IOException {
        Path path = named.orElse(usual);
        if (!Files.exists(path)) {
            named.ifPresent(absent -> said.accept(notUsed(path, "is not there")));
            return OptionalInt.empty();
        }
        String why;
        try (Channel channel = new Channel(SeqPacketSocket.connect(path.toString(), PATIENCE))) {
            Answer answer = ask(channel, words);
            if (answer.taken()) {
                return OptionalInt.of(await(channel, answer.text()));
            }
            why = answer.text();
        } catch (LinuxException e) {
            why = e.errno() == Errno.EAGAIN ? Answer.BUSY : "can not be asked: " + e.getMessage();
        }
        // not before the channel is closed: the agent is free again
        said.accept(notUsed(path, why));
        return OptionalInt.empty();
    }

    /**
     * What came of it.
     *
     * @param text the agent's pid, or why it is not used
     */
    private record Answer(boolean taken, String text) {
        static final String BUSY = "is busy";

        static Answer not(String why) {
            return new Answer(false, why);
        }
    }

    private static Answer ask(Channel channel, List<String> words) throws IOException {
        Optional<List<String>> identity = channel.receive(PATIENCE);
        if (identity.isEmpty()) {
            return Answer.not(Answer.BUSY);
        }
        List<String> differences = AgentIdentity.ofThisProcess().differences(AgentIdentity.of(identity.get()));
        if (!differences.isEmpty()) {
            return Answer.not("was started with another " + String.join(", ", differences));
        }
        List<String> all = new ArrayList<>(List.of(Terminal.encoding()));
        all.addAll(words);
        channel.send(all);
        Optional<List<String>> answer = channel.receive(PATIENCE);
        if (answer.isEmpty()) {
            return Answer.not("does not answer");
        }
        String text = answer.get().get(1);
        if (!answer.get().get(0).equals(Channel.READY)) {
            return Answer.not("has refused: " + text);
        }
        channel.send(Channel.GO);
        return new Answer(true, text);
    }

    @SuppressWarnings("try") // what happens meanwhile is only watched
    private static int await(Channel channel, String pid) throws OutcomeUnknownException {
        try (Interruption interruption = Interruption.of(channel)) {
            Optional<List<String>> end = channel.receive();
            if (end.isPresent()) {
                return Integer.parseInt(end.get().get(1));
            }
        } catch (IOException e) {
            throw unknown(pid, e);
        }
        throw unknown(pid, null);
    }

    private static OutcomeUnknownException unknown(String pid, IOException cause) {
        return new OutcomeUnknownException(
                "the source agent (process " + pid + ") has ended before it could tell the outcome;"
                        + " 'godwit recover' shows how the tree is, if there is something to be done",
                cause);
    }

    private static String notUsed(Path path, String why) {
        return "godwit: the source agent at " + path + " " + why + "; going on without it";
    }
}
