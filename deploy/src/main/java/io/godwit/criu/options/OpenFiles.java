package io.godwit.criu.options;

import java.util.List;
import java.util.Optional;

/**
 * Files of the tree.
 *
 * @param ghostLimit bytes of the largest deleted file to carry along
 * @param bySize a file that was changed is told by its size alone
 * @param anyPermissions they are not compared
 * @param inherited descriptors to use for resources, as {@code fd[N]:RESOURCE}
 * @param externalSockets inodes of unix sockets whose peer may be outside, with commas; empty for all, nothing for none
 * @param external resources outside of the tree, as {@code KIND[KEY]:VALUE}
 */
public record OpenFiles(
        Optional<Long> ghostLimit,
        boolean bySize,
        boolean anyPermissions,
        List<String> inherited,
        Optional<String> externalSockets,
        List<String> external) {
    static OpenFiles of(Values values) {
        return new OpenFiles(
                values.size(CriuOption.GHOST_LIMIT),
                values.word(CriuOption.FILE_VALIDATION, List.of("filesize", "buildid"))
                        .filter("filesize"::equals)
                        .isPresent(),
                values.has(CriuOption.SKIP_FILE_RWX_CHECK),
                values.texts(CriuOption.INHERIT_FD),
                values.text(CriuOption.EXT_UNIX_SK),
                values.texts(CriuOption.EXTERNAL));
    }
}
