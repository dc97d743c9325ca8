package io.godwit.source.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PropertySpecTest {
    private static final String TEXT = """
            "cpu":
             - "strategy": "merge"
             - "properties": ["cpu.shares", "cpu.stat"]
            "pids":
             - "strategy": "replace"
             - "properties": ["pids.peak"]
            """;

    @Test
    void aListIsJoinedToTheUsualOneOrTakesItsPlace() {
        CgroupProperties properties = CgroupProperties.standard().with(PropertySpec.parse(TEXT, "--cgroup-props"));

        assertThat(properties.select("cpu", Set.of("cpu.shares", "cpu.stat", "cpu.idle", "tasks")))
                .containsExactly("tasks", "cpu.shares", "cpu.idle", "cpu.stat");
        assertThat(properties.select("pids", Set.of("pids.max", "pids.peak"))).containsExactly("pids.peak");
    }

    @Test
    void aStarStandsForAPart() {
        assertThat(CgroupProperties.standard()
                        .select("", Set.of("hugetlb.2MB.max", "hugetlb.1GB.max", "hugetlb.2MB.current")))
                .containsExactly("hugetlb.1GB.max", "hugetlb.2MB.max");
    }

    @Test
    void whatIsWrongIsToldByLine() {
        assertThatThrownBy(() -> PropertySpec.parse(TEXT.replace("merge", "mix"), "--cgroup-props"))
                .hasMessageContaining("line 2 should have \"merge\" or \"replace\"");
        assertThatThrownBy(() -> PropertySpec.parse(TEXT.replace("cpu.stat", "../x"), "--cgroup-props"))
                .hasMessageContaining("the name of a file of the cgroup");
        assertThatThrownBy(() -> PropertySpec.parse("cpu", "--cgroup-props")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> PropertySpec.parse(" ", "--cgroup-props")).hasMessageContaining("names no controller");
    }

    @Test
    void ofDirectoriesTheHighestAreTold() {
        var paths = new java.util.TreeSet<>(List.of("/", "/a", "/a-b", "/a/c", "/d/e"));
        assertThat(TreeCgroups.tops(java.util.Optional.empty(), paths)).containsExactly("/a", "/a-b", "/d/e");
        assertThat(TreeCgroups.tops(java.util.Optional.of("/d"), paths)).containsExactly("/d");
    }
}
