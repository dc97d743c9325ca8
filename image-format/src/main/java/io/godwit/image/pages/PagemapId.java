package io.godwit.image.pages;

import io.godwit.image.ImageKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a pagemap: the private memory of a task, or a shared memory object.
 *
 * @param id pid of the task, or id of the object
 */
public record PagemapId(Kind kind, long id) {
    private static final Pattern FILE_NAME = Pattern.compile("pagemap-(shmem-)?([0-9]{1,18})\\.img");

    /** Whose memory it is. */
    public enum Kind {
        TASK(ImageKind.PAGEMAP),
        SHMEM(ImageKind.PAGEMAP_SHMEM);

        private final ImageKind image;

        Kind(ImageKind image) {
            this.image = image;
        }
    }

    /** The id of a pagemap's file; empty if the name is not one of a pagemap. */
    public static Optional<PagemapId> parse(String fileName) {
        Matcher matcher = FILE_NAME.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind = matcher.group(1) == null ? Kind.TASK : Kind.SHMEM;
        return Optional.of(new PagemapId(kind, Long.parseLong(matcher.group(2))));
    }

    /** For example {@code pagemap-4711.img}. */
    public String pagemapFileName() {
        return kind.image.fileName(id);
    }
}
