package io.godwit.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMountsTest {
    private static final CgroupMounts MOUNTS = CgroupMounts.of(MountInfo.parse(List.of(
            "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct",
            "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
            "40 31 0:37 / /sys/fs/a\\040b rw - cgroup cgroup rw,xattr,name=systemd",
            "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate")));

    @Test
    void aHierarchyIsFoundByItsControllersInAnyOrder() {
        assertThat(MOUNTS.directory("cpu,cpuacct", "/a/b")).contains(Path.of("/sys/fs/cgroup/cpu,cpuacct/a/b"));
        assertThat(MOUNTS.directory("cpuacct,cpu", "/")).contains(Path.of("/sys/fs/cgroup/cpu,cpuacct"));
        assertThat(MOUNTS.directory("name=systemd", "/x")).contains(Path.of("/sys/fs/a b/x"));
        assertThat(MOUNTS.directory("", "/x")).contains(Path.of("/sys/fs/cgroup/unified/x"));
        assertThat(MOUNTS.directory("pids", "/x")).isEmpty();
        assertThat(MOUNTS.directory("", "/../x")).isEmpty();
        assertThat(MOUNTS.directory("", "//etc")).contains(Path.of("/sys/fs/cgroup/unified/etc"));
    }

    @Test
    void ofAPartThatIsMountedOnlyThatPartIsFound() {
        assertThat(MOUNTS.directory("memory", "/docker/abc/x")).contains(Path.of("/sys/fs/cgroup/memory/x"));
        assertThat(MOUNTS.directory("memory", "/docker/abc")).contains(Path.of("/sys/fs/cgroup/memory"));
        assertThat(MOUNTS.directory("memory", "/docker/abcd")).isEmpty();
        assertThat(MOUNTS.directory("memory", "/")).isEmpty();
    }

    @Test
    void aYardHasADirectoryForEach(@TempDir Path yard) throws IOException {
        Files.createDirectory(yard.resolve("systemd"));
        Files.createDirectory(yard.resolve("unified"));
        CgroupMounts mounts = CgroupMounts.yard(yard);
        assertThat(mounts.directory("name=systemd", "/a")).contains(yard.resolve("systemd/a"));
        assertThat(mounts.directory("", "/a")).contains(yard.resolve("unified/a"));
        assertThat(mounts.directory("memory", "/a")).isEmpty();
    }

    @Test
    void theCgroupsOfATaskAreOneInEachHierarchy() {
        CgroupSet set = CgroupSet.parse(List.of("9:name=systemd:/a:b", "2:cpu,cpuacct:/", "0::/u"));
        assertThat(set.paths())
                .containsExactlyEntriesOf(new java.util.TreeMap<>(
                        Map.of("name=systemd", "/a:b", "cpu,cpuacct", "/", CgroupSet.UNIFIED, "/u")));
    }

    @Test
    void aRootOfOneControllerGoesBeforeThatOfAll() {
        CgroupRoots roots =
                new CgroupRoots(Optional.of("/all"), Map.of("cpuacct", "/c", "systemd", "/s", "unified", "/u"));
        assertThat(roots.of("cpu,cpuacct")).contains("/c");
        assertThat(roots.of("name=systemd")).contains("/s");
        assertThat(roots.of("")).contains("/u");
        assertThat(roots.of("memory")).contains("/all");
        assertThat(CgroupRoots.NONE.of("memory")).isEmpty();
    }
}
