package io.godwit.target.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.CgControllerEntry;
import io.godwit.image.proto.CgMemberEntry;
import io.godwit.image.proto.CgSetEntry;
import io.godwit.image.proto.CgroupDirEntry;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.image.proto.CgroupPropEntry;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.target.plan.RestoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupPlanTest {
    private static final CgroupDirEntry TREE =
            directory("a/b").addChildren(directory("c")).build();

    @Test
    void directoriesHaveTheirPathsParentsFirst() throws RestoreException {
        CgroupPlan plan = CgroupPlan.of(image("memory", TREE, set(2, "memory", "/a/b/c")), 1, CgroupRoots.NONE);

        assertThat(plan.directories()).extracting(CgroupPlan.Directory::path).containsExactly("/a/b", "/a/b/c");
        assertThat(plan.sets().get(2)).containsExactly(Map.entry("memory", "/a/b/c"));
    }

    @Test
    void anotherRootStandsForTheHighestDirectory() throws RestoreException {
        CgroupRoots roots = new CgroupRoots(Optional.of("/new"), Map.of());
        CgroupPlan plan = CgroupPlan.of(
                image("memory", TREE, set(1, "memory", "/elsewhere"), set(2, "memory", "/a/b/c")), 1, roots);

        assertThat(plan.directories()).extracting(CgroupPlan.Directory::path).containsExactly("/new", "/new/c");
        assertThat(plan.sets().get(2)).containsExactly(Map.entry("memory", "/new/c"));
        assertThat(plan.sets().get(1)).containsExactly(Map.entry("memory", "/elsewhere"));
    }

    @Test
    void severalHighestDirectoriesMoveTogether() throws RestoreException {
        CgroupEntry image = CgroupEntry.newBuilder()
                .addControllers(CgControllerEntry.newBuilder()
                        .addCnames("cpu")
                        .addDirs(directory("a/b"))
                        .addDirs(directory("a/c")))
                .addSets(set(2, "cpu", "/a/c"))
                .build();

        CgroupPlan plan = CgroupPlan.of(image, 1, new CgroupRoots(Optional.of("/"), Map.of()));

        assertThat(plan.directories()).extracting(CgroupPlan.Directory::path).containsExactly("/b", "/c");
        assertThat(plan.sets().get(2)).containsExactly(Map.entry("cpu", "/c"));
    }

    @Test
    void aCgroupThatTheImageOnlyNamesIsMadeToo() throws RestoreException {
        CgroupEntry image = CgroupEntry.newBuilder().addSets(set(2, "", "/u/v")).build();

        assertThat(CgroupPlan.of(image, 1, CgroupRoots.NONE).directories())
                .containsExactly(new CgroupPlan.Directory("", "/u/v", Optional.empty(), List.of()));
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        for (String name : List.of("/etc", "..", "a/b", "")) {
            CgroupDirEntry child = directory("a").addChildren(directory(name)).build();
            assertThatThrownBy(() -> CgroupPlan.of(image("cpu", child), 1, CgroupRoots.NONE))
                    .as(name)
                    .hasMessageContaining("the image is damaged");
        }
        CgroupDirEntry property = directory("a")
                .addProperties(CgroupPropEntry.newBuilder().setName("../x").setValue("1"))
                .build();
        assertThatThrownBy(() -> CgroupPlan.of(image("cpu", property), 1, CgroupRoots.NONE))
                .hasMessageContaining("'../x'");
        assertThatThrownBy(() -> CgroupPlan.of(image("cpu", directory("/etc").build()), 1, CgroupRoots.NONE))
                .hasMessageContaining("which is no path");
        assertThatThrownBy(() -> CgroupPlan.of(image("cpu", TREE, set(2, "cpu", "//etc")), 1, CgroupRoots.NONE))
                .hasMessageContaining("which is no path");
    }

    private static CgroupEntry image(String controller, CgroupDirEntry top, CgSetEntry... sets) {
        return CgroupEntry.newBuilder()
                .addControllers(
                        CgControllerEntry.newBuilder().addCnames(controller).addDirs(top))
                .addAllSets(List.of(sets))
                .build();
    }

    private static CgSetEntry set(int id, String hierarchy, String path) {
        return CgSetEntry.newBuilder()
                .setId(id)
                .addCtls(CgMemberEntry.newBuilder().setName(hierarchy).setPath(path))
                .build();
    }

    private static CgroupDirEntry.Builder directory(String name) {
        return CgroupDirEntry.newBuilder().setDirName(name);
    }
}
