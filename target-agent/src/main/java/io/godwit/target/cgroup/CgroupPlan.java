package io.godwit.target.cgroup;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.CgControllerEntry;
import io.godwit.image.proto.CgMemberEntry;
import io.godwit.image.proto.CgSetEntry;
import io.godwit.image.proto.CgroupDirEntry;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.image.proto.CgroupPerms;
import io.godwit.image.proto.CgroupPropEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cgroups that images tell of, with the paths that they are to have here.
 *
 * @param inherited the number of the set that the dumper was in: who is in it gets that of whoever restores
 * @param sets paths by hierarchy, by the number of the set
 * @param directories parents before their children
 */
record CgroupPlan(int inherited, Map<Integer, SortedMap<String, String>> sets, List<Directory> directories) {
    /** Nobody is moved, and nothing is made. */
    static final CgroupPlan NOTHING = new CgroupPlan(0, Map.of(), List.of());

    private static final String IMAGE = ImageKind.CGROUP.fileName();

    /**
     * A cgroup.
     *
     * @param path from the root of the hierarchy, with a slash in front
     * @param properties in the order in which they are written
     */
    record Directory(
            String hierarchy, String path, Optional<CgroupPerms> permissions, List<CgroupPropEntry> properties) {}

    /** Reads what a snapshot has of cgroups. */
    static CgroupPlan read(Images images, CgroupOptions options) throws IOException {
        if (options.mode() == CgroupMode.IGNORE || !ImageReader.exists(images, ImageKind.CGROUP)) {
            return NOTHING;
        }
        int inherited = ImageReader.open(images, ImageKind.INVENTORY)
                .one(InventoryEntry.parser())
                .getRootCgSet();
        List<CgroupEntry> entries = ImageReader.allOf(images, ImageKind.CGROUP, CgroupEntry.parser());
        return entries.isEmpty() ? NOTHING : of(entries.get(0), inherited, options.roots());
    }

    /** Plans what an image tells of. */
    static CgroupPlan of(CgroupEntry entry, int inherited, CgroupRoots roots) throws RestoreException {
        Map<String, Rewriting> rewritings = new HashMap<>();
        Map<String, Directory> directories = new TreeMap<>();
        for (CgControllerEntry controller : entry.getControllersList()) {
            String hierarchy = String.join(",", controller.getCnamesList());
            Rewriting rewriting = Rewriting.of(controller.getDirsList(), roots.of(hierarchy));
            rewritings.put(hierarchy, rewriting);
            for (CgroupDirEntry directory : controller.getDirsList()) {
                add(hierarchy, rewriting, path("", directory), directory, directories);
            }
        }
        Map<Integer, SortedMap<String, String>> sets = new HashMap<>();
        for (CgSetEntry set : entry.getSetsList()) {
            SortedMap<String, String> paths = new TreeMap<>();
            for (CgMemberEntry member : set.getCtlsList()) {
                String path = rewritings
                        .getOrDefault(member.getName(), Rewriting.NONE)
                        .of(checked(member.getPath()));
                paths.put(member.getName(), path);
                if (set.getId() != inherited) {
                    Directory bare = new Directory(member.getName(), path, Optional.empty(), List.of());
                    directories.putIfAbsent(key(bare), bare);
                }
            }
            sets.put(set.getId(), paths);
        }
        return new CgroupPlan(inherited, sets, List.copyOf(directories.values()));
    }

    /** Sorts a parent right before all that is below it. */
    private static String key(Directory directory) {
        return directory.hierarchy() + "\0" + directory.path().replace('/', '\1');
    }

    private static void add(
            String hierarchy,
            Rewriting rewriting,
            String path,
            CgroupDirEntry entry,
            Map<String, Directory> directories)
            throws RestoreException {
        for (CgroupPropEntry property : entry.getPropertiesList()) {
            checkName(property.getName(), "property");
        }
        Directory directory = new Directory(
                hierarchy,
                rewriting.of(path),
                entry.hasDirPerms() ? Optional.of(entry.getDirPerms()) : Optional.empty(),
                entry.getPropertiesList());
        directories.put(key(directory), directory);
        for (CgroupDirEntry child : entry.getChildrenList()) {
            checkName(child.getDirName(), "directory");
            add(hierarchy, rewriting, path(path, child), child, directories);
        }
    }

    private static void checkName(String name, String what) throws RestoreException {
        if (name.isEmpty() || name.contains("/") || name.equals(".") || name.equals("..")) {
            throw new RestoreException(
                    IMAGE + " has a " + what + " of a cgroup with the name '" + name + "'; the image is damaged");
        }
    }

    private static String path(String parent, CgroupDirEntry entry) throws RestoreException {
        return checked((parent.equals("/") ? "" : parent) + "/" + entry.getDirName());
    }

    private static String checked(String path) throws RestoreException {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0 || path.contains("//")) {
            throw new RestoreException(
                    IMAGE + " has the cgroup '" + path + "', which is no path; the image is damaged");
        }
        return path;
    }

    /**
     * From where to where the cgroups of one hierarchy go.
     *
     * @param from the directory that holds all of the tree's
     */
    private record Rewriting(String from, String to) {
        static final Rewriting NONE = new Rewriting("/", "/");

        static Rewriting of(List<CgroupDirEntry> tops, Optional<String> root) throws RestoreException {
            if (root.isEmpty()) {
                return NONE;
            }
            List<String> common = null;
            for (CgroupDirEntry top : tops) {
                List<String> parts = List.of(path("", top).substring(1).split("/"));
                common = common == null ? parts : commonStart(common, parts);
            }
            return new Rewriting(common == null ? "/" : "/" + String.join("/", common), root.get());
        }

        private static List<String> commonStart(List<String> a, List<String> b) {
            List<String> start = new ArrayList<>();
            for (int i = 0; i < Math.min(a.size(), b.size()) && a.get(i).equals(b.get(i)); i++) {
                start.add(a.get(i));
            }
            return start;
        }

        String of(String path) {
            if (path.equals(from)) {
                return to;
            }
            String prefix = from.equals("/") ? "/" : from + "/";
            if (!path.startsWith(prefix)) {
                return path;
            }
            return (to.equals("/") ? "/" : to + "/") + path.substring(prefix.length());
        }
    }
}
