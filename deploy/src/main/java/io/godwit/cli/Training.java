package io.godwit.cli;

import io.godwit.criu.Criu;
import io.godwit.source.agent.AgentClient;
import io.godwit.source.agent.StandbyAgent;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Dummies;
import io.godwit.target.receive.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/** Goes through what both sides of a migration do, for the list of classes that they load. Run by the build. */
final class Training {
    private Training() {}

    public static void main(String[] arguments) throws IOException {
        CommandLine godwit = Godwit.commandLine(Commands.all());
        godwit.getUsageMessage();
        for (CommandLine command : godwit.getSubcommands().values()) {
            command.getUsageMessage();
        }
        Path directory = Files.createTempDirectory("godwit-training-");
        try {
            Criu.rehearse(directory);
            Rehearsal.run(directory);
            rehearse(directory);
            ask(directory.resolve("agent.sock"));
        } finally {
            Files.delete(directory);
        }
    }

    private static void rehearse(Path directory) throws IOException {
        try (Dummies dummies = Dummies.open()) {
            new RehearsedMigrations().toNowhere(directory, dummies, List.of());
            new RehearsedMigrations().toNowhere(directory, dummies, List.of("--json"));
            dummies.failure().map(Exception::getMessage).ifPresent(Training::tell);
        } catch (IOException e) {
            tell(e.getMessage());
        }
    }

    /** As {@code godwit migrate} does where an agent waits, but of one in this process, which does nothing. */
    private static void ask(Path socket) throws IOException {
        StandbyAgent agent = new StandbyAgent(socket, request -> 0, () -> {});
        CountDownLatch ready = new CountDownLatch(1);
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
            try {
                agent.serve(ready::countDown);
            } catch (IOException e) {
                ready.countDown();
                tell(e.getMessage());
            }
        });
        try {
            ready.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean asked = new AgentClient(new JournalDirectory(socket.getParent()))
                .migrate(0, Optional.of(socket), List.of("0"), Training::tell)
                .isPresent();
        if (asked) {
            served.join();
        } else {
            Files.deleteIfExists(socket);
        }
    }

    private static void tell(String failure) {
        if (!failure.isEmpty()) {
            System.err.println("training: the migration failed: " + failure);
        }
    }
}
