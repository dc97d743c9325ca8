package io.godwit.target.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.Fstype;
import io.godwit.image.proto.MntEntry;
import io.godwit.target.plan.RestoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountPlanTest {
    private static final NamespaceOptions GIVEN =
            new NamespaceOptions(Optional.of("/new"), Map.of("key", "/there"), true, Set.of("ramfs"), Map.of(), false);
    private static final MntEntry ROOT = mount(1, "/", "/containers/one", Fstype.AUTO);

    @Test
    void theRootIsGivenAndTheOthersAreMadeOnIt() throws Exception {
        MntEntry proc = mount(2, "/proc", "/", Fstype.PROC);

        assertThat(MountPlan.of(List.of(proc, ROOT), GIVEN))
                .isEqualTo(new MountPlan(
                        Optional.of("/new"), Optional.of(ROOT), List.of(new MountStep.New(proc, "proc"))));
    }

    @Test
    void whatAnotherMountShowsIsBoundFromThere() throws Exception {
        MntEntry proc = mount(2, "/proc", "/", Fstype.PROC);
        MntEntry masked = mount(2, "/proc/sys", "/sys", Fstype.PROC);
        MntEntry ofRoot = mount(1, "/bound", "/containers/one/data", Fstype.AUTO);
        MntEntry whole = mount(2, "/again", "/", Fstype.PROC);
        MntEntry hosts = mount(7, "/hosts", "/etc/hosts", Fstype.AUTO).toBuilder()
                .setExtMount(true)
                .setExtKey("key")
                .build();
        MntEntry same = mount(7, "/same", "/etc/hosts", Fstype.AUTO);

        assertThat(MountPlan.of(List.of(ROOT, proc, masked, ofRoot, whole, hosts, same), GIVEN)
                        .steps())
                .filteredOn(MountStep.Bind.class::isInstance)
                .extracting(step -> ((MountStep.Bind) step).from())
                .containsExactly("/proc/sys", "/data", "/proc", "/hosts");
    }

    @Test
    void aMountFromOutsideIsThatOfItsKey() throws Exception {
        MntEntry given = mount(3, "/outside", "/etc", Fstype.AUTO).toBuilder()
                .setExtMount(true)
                .setExtKey("key")
                .build();

        assertThat(MountPlan.of(List.of(ROOT, given), GIVEN).steps())
                .containsExactly(new MountStep.External(given, "/there", false));
        assertThatThrownBy(() -> MountPlan.of(List.of(ROOT, given), NamespaceOptions.NONE))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("--external mnt[key]:PATH");
    }

    @Test
    void whatTheDumpFoundIsAtTheSamePath() throws Exception {
        MntEntry found = mount(3, "/outside", "/etc", Fstype.AUTO).toBuilder()
                .setExtMount(true)
                .setExtKey("/etc")
                .setMasterId(7)
                .build();

        assertThat(MountPlan.of(List.of(ROOT, found), GIVEN).steps())
                .containsExactly(new MountStep.External(found, "/etc", true));
        assertThatThrownBy(() -> MountPlan.of(List.of(ROOT, found), NamespaceOptions.NONE))
                .hasMessageContaining("--external mnt[] if it is the same");
    }

    @Test
    void nothingIsMountedOnAPeerOfAMountOfThisHost() throws Exception {
        MntEntry peer = mount(3, "/outside", "/etc", Fstype.AUTO).toBuilder()
                .setExtMount(true)
                .setExtKey("/etc")
                .setSharedId(7)
                .build();
        MntEntry below = mount(4, "/outside/below", "/", Fstype.TMPFS);

        assertThat(MountPlan.of(List.of(ROOT, below, peer), GIVEN).steps()).hasSize(2);
        assertThatThrownBy(() -> MountPlan.of(List.of(ROOT, peer, below), GIVEN))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("mount /outside/below is on /outside, which is shared with /etc of this host");
    }

    @Test
    void aFileSystemThatIsNamedIsMountedAsItIs() throws Exception {
        MntEntry ram = mount(3, "/ram", "/", Fstype.AUTO).toBuilder()
                .setFsname("ramfs")
                .build();

        assertThat(MountPlan.of(List.of(ROOT, ram), GIVEN).steps()).containsExactly(new MountStep.New(ram, "ramfs"));
        assertThatThrownBy(() -> MountPlan.of(List.of(ROOT, ram), NamespaceOptions.NONE))
                .hasMessageContaining("--enable-fs");
    }

    @Test
    void whatCanNotBeMadeIsNamed() {
        MntEntry part = mount(3, "/part", "/directory", Fstype.TMPFS);
        MntEntry overlay = mount(4, "/overlay", "/", Fstype.OVERLAYFS);
        MntEntry slave =
                mount(5, "/slave", "/", Fstype.TMPFS).toBuilder().setMasterId(7).build();

        for (MntEntry each : List.of(part, overlay, slave)) {
            assertThatThrownBy(() -> MountPlan.of(List.of(ROOT, each), GIVEN))
                    .isInstanceOf(RestoreException.class)
                    .hasMessageStartingWith("mount " + each.getMountpoint());
        }
    }

    private static MntEntry mount(int device, String point, String root, Fstype type) {
        return MntEntry.newBuilder()
                .setFstype(type.getNumber())
                .setMntId(device)
                .setRootDev(device)
                .setParentMntId(0)
                .setFlags(0)
                .setRoot(root)
                .setMountpoint(point)
                .setSource("none")
                .setOptions("")
                .build();
    }
}
