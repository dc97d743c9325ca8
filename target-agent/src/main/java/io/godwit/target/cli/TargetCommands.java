package io.godwit.target.cli;

import java.util.List;

/** The commands of this module, for the launcher to gather. */
public final class TargetCommands {
    private TargetCommands() {}

    /** Fresh instances of all commands. */
    public static List<Object> all() {
        return List.of(new RestoreCommand(), new TargetAgentCommand());
    }
}
