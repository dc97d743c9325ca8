package io.godwit.image.pages;

import io.godwit.image.ImageKind;

/**
 * Names a pagemap: the private memory of a task, or a shared memory object.
 *
 * @param id pid of the task, or id of the object
 */
public record PagemapId(Kind kind, long id) {
    /** Whose memory it is. */
    public enum Kind {
        TASK(ImageKind.PAGEMAP),
        SHMEM(ImageKind.PAGEMAP_SHMEM);

        private final ImageKind image;

        Kind(ImageKind image) {
            this.image = image;
        }
    }

    /** For example {@code pagemap-4711.img}. */
    public String pagemapFileName() {
        return kind.image.fileName(id);
    }
}
