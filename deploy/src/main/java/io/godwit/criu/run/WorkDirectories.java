package io.godwit.criu.run;

import io.godwit.criu.options.Directories;
import io.godwit.source.options.OptionException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the directories of the options are what they should be. */
final class WorkDirectories {
    private WorkDirectories() {}

    static void requireReadable(Directories directories) {
        require("-D", directories.images());
        require("-W", directories.work());
    }

    static void requireWritable(Directories directories) {
        requireReadable(directories);
        if (!Files.isWritable(directories.images())) {
            throw new OptionException("the directory '" + directories.images() + "' can not be written to");
        }
    }

    private static void require(String option, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new OptionException(
                    "'" + directory + "' is not a directory: make it first, or name another by " + option);
        }
    }
}
