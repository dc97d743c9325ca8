package io.godwit.target.namespace;

import io.godwit.image.proto.MntEntry;
import java.util.Optional;

/** How a mount comes to be. */
sealed interface MountStep {
    /** The mount in the images. */
    MntEntry mount();

    /** A file system of its own. */
    record New(MntEntry mount, String type) implements MountStep {}

    /** It shows what another mount of the tree shows. */
    record Bind(MntEntry mount, String from) implements MountStep {}

    /**
     * It shows what is at a path of this host.
     *
     * @param tied it is as it was to the mount there: shared with it, or following it
     */
    record External(MntEntry mount, String path, boolean tied) implements MountStep {
        /** What is mounted on it shows at the mount of this host, and the other way round. */
        boolean isPeer() {
            return tied && mount.getMasterId() == 0 && mount.getSharedId() != 0;
        }
    }

    /** The number of the image with its contents, if it can have one. */
    default Optional<Long> contents() {
        return this instanceof New made && made.type().equals("tmpfs")
                ? Optional.of(Integer.toUnsignedLong(mount().getRootDev()))
                : Optional.empty();
    }
}
