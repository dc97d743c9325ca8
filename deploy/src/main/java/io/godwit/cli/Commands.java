package io.godwit.cli;

import io.godwit.cli.agent.Anew;
import io.godwit.cli.agent.SourceAgentCommand;
import io.godwit.cli.image.ImageCommand;
import io.godwit.cli.page.PageServerCommand;
import io.godwit.criu.HelpPages;
import io.godwit.criu.options.CriuCommand;
import io.godwit.source.agent.AgentClient;
import io.godwit.source.cli.CheckCommand;
import io.godwit.source.cli.ExecCommand;
import io.godwit.source.cli.MigrateCommand;
import io.godwit.source.cli.ReadyAgent;
import io.godwit.source.cli.RecoverCommand;
import io.godwit.source.exec.RemoteSyscall;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Migrator;
import io.godwit.source.migrate.Recovery;
import io.godwit.source.migrate.TargetFeatures;
import io.godwit.target.cli.TargetAgentCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All sub-commands, in the order of the help, each wired to its engine. */
final class Commands {
    private Commands() {}

    private static Map<String, Supplier<Object>> named() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put(
                "migrate",
                () -> new MigrateCommand(
                        Anew.orBy(new Migrator(JournalDirectory.ofThisHost())),
                        Anew.hasBegun() ? ReadyAgent.NONE : new AgentClient(JournalDirectory.ofThisHost())));
        commands.put("source-agent", () -> new SourceAgentCommand(Godwit::stopped));
        commands.put("recover", () -> new RecoverCommand(new Recovery(JournalDirectory.ofThisHost())));
        commands.put("target-agent", TargetAgentCommand::new);
        commands.put("check", () -> new CheckCommand(new TargetFeatures()));
        add(commands, CriuCommand.DUMP);
        add(commands, CriuCommand.PRE_DUMP);
        add(commands, CriuCommand.RESTORE);
        add(commands, CriuCommand.LAZY_PAGES);
        add(commands, CriuCommand.SERVICE);
        add(commands, CriuCommand.SWRK);
        commands.put("exec", () -> new ExecCommand(RemoteSyscall::run));
        add(commands, CriuCommand.CPUINFO);
        commands.put("image", ImageCommand::commandLine);
        add(commands, CriuCommand.DEDUP);
        commands.put("page-server", PageServerCommand::new);
        return commands;
    }

    private static void add(Map<String, Supplier<Object>> commands, CriuCommand command) {
        commands.put(command.word(), () -> HelpPages.ofGodwit(command));
    }

    static List<Object> all() {
        return named().values().stream().map(Supplier::get).toList();
    }

    /** The one that is called, since to make them all takes longer than to parse its arguments; all if these call none. */
    static List<Object> calledBy(String[] arguments) {
        Supplier<Object> called = arguments.length == 0 ? null : named().get(arguments[0]);
        return called == null ? all() : List.of(called.get());
    }
}
