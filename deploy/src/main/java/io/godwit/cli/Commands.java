package io.godwit.cli;

import io.godwit.cli.image.ImageCommand;
import io.godwit.cli.page.PageServerCommand;
import io.godwit.criu.HelpPages;
import io.godwit.criu.options.CriuCommand;
import io.godwit.source.cli.CheckCommand;
import io.godwit.source.cli.ExecCommand;
import io.godwit.source.cli.MigrateCommand;
import io.godwit.source.cli.RecoverCommand;
import io.godwit.source.exec.RemoteSyscall;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Migrator;
import io.godwit.source.migrate.Recovery;
import io.godwit.source.migrate.TargetFeatures;
import io.godwit.target.cli.TargetAgentCommand;
import java.util.List;

/** All sub-commands, in the order of the help, each wired to its engine. */
final class Commands {
    private Commands() {}

    static List<Object> all() {
        return List.of(
                new MigrateCommand(new Migrator(JournalDirectory.ofThisHost())),
                new RecoverCommand(new Recovery(JournalDirectory.ofThisHost())),
                new TargetAgentCommand(),
                new CheckCommand(new TargetFeatures()),
                HelpPages.ofGodwit(CriuCommand.DUMP),
                HelpPages.ofGodwit(CriuCommand.PRE_DUMP),
                HelpPages.ofGodwit(CriuCommand.RESTORE),
                HelpPages.ofGodwit(CriuCommand.LAZY_PAGES),
                HelpPages.ofGodwit(CriuCommand.SERVICE),
                HelpPages.ofGodwit(CriuCommand.SWRK),
                new ExecCommand(RemoteSyscall::run),
                HelpPages.ofGodwit(CriuCommand.CPUINFO),
                ImageCommand.commandLine(),
                HelpPages.ofGodwit(CriuCommand.DEDUP),
                new PageServerCommand());
    }
}
