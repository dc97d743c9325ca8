package io.godwit.linux.cgroup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a restore does with the cgroups that the tree was in; the words are those of CRIU's {@code --manage-cgroups}. */
public enum CgroupMode {
    /** The tree is put into its cgroups, which must be there, and these are left as they are. */
    NONE,
    /** The cgroups must be there, and get the properties that they had. */
    PROPS,
    /** What is missing is made with its properties; what is there is left as it is. */
    SOFT,
    /** What is missing is made, and all get the properties that they had. */
    FULL,
    /** All are made; none may be there already. */
    STRICT,
    /** The tree is restored into the cgroups of whoever restores it. */
    IGNORE;

    /** As it is given on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if there is none of that name. */
    public static Optional<CgroupMode> ofWord(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
    }

    /** All words, for an error. */
    public static String words() {
        return Arrays.stream(values()).map(CgroupMode::word).collect(Collectors.joining(", "));
    }

    /** Whether a cgroup that is missing is made. */
    public boolean makes() {
        return this == SOFT || this == FULL || this == STRICT;
    }

    /** Whether a cgroup that was there before gets the properties of the images. */
    public boolean changesOthers() {
        return this == PROPS || this == FULL;
    }
}
