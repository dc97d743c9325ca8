package io.godwit.source.cgroup;

import io.godwit.image.proto.CgroupDirEntry;
import io.godwit.image.proto.CgroupPerms;
import io.godwit.image.proto.CgroupPropEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the directories of one hierarchy with all below them. */
final class CgroupDirectories {
    private static final int PERMISSION_BITS = 07777;
    /** Their contents are tasks; only who may write to them is kept. */
    private static final Set<String> LISTS_OF_TASKS = Set.of("cgroup.procs", "cgroup.threads", "tasks");

    private final String hierarchy;
    private final CgroupProperties properties;
    private final List<String> warnings;

    /** @param warnings gets what could not be read */
    CgroupDirectories(String hierarchy, CgroupProperties properties, List<String> warnings) {
        this.hierarchy = hierarchy;
        this.properties = properties;
        this.warnings = warnings;
    }

    /**
     * Reads a cgroup.
     *
     * @param name the path from the root of the hierarchy, of a child the last part of it; no slash in front
     */
    CgroupDirEntry read(Path directory, String name) throws IOException {
        File[] files = directory.toFile().listFiles();
        if (files == null) {
            throw new IOException(
                    directory + ", a cgroup of the tree, can not be listed: let this user read it, or give"
                            + " --manage-cgroups=ignore");
        }
        Arrays.sort(files);
        List<File> children = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (File file : files) {
            if (file.isDirectory()) {
                children.add(file);
            } else {
                names.add(file.getName());
            }
        }
        CgroupDirEntry.Builder entry =
                CgroupDirEntry.newBuilder().setDirName(name).setDirPerms(permissions(directory));
        for (String property : properties.select(hierarchy, names)) {
            property(directory.resolve(property), entry);
        }
        for (File child : children) {
            if (child.isDirectory()) {
                entry.addChildren(read(child.toPath(), child.getName()));
            }
        }
        return entry.build();
    }

    private void property(Path file, CgroupDirEntry.Builder directory) {
        String name = file.getFileName().toString();
        try {
            String value = LISTS_OF_TASKS.contains(name)
                    ? ""
                    : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
            directory.addProperties(
                    CgroupPropEntry.newBuilder().setName(name).setValue(value).setPerms(permissions(file)));
        } catch (IOException e) {
            warnings.add(file + " can not be read, and will not be set by a restore: " + e.getMessage());
        }
    }

    private static CgroupPerms permissions(Path file) throws IOException {
        FileStatus status = Descriptors.status(file.toString());
        return CgroupPerms.newBuilder()
                .setMode(status.mode() & PERMISSION_BITS)
                .setUid(status.uid())
                .setGid(status.gid())
                .build();
    }
}
