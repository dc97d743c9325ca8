package io.godwit.linux.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCheckTest {
    @Test
    void aProbeThatFailsIsAFeatureThatIsMissingWithTheReason() throws IOException {
        Feature works = new Feature("works", Need.BOTH, "nothing works", subject -> "fine");
        Feature fails = new Feature("fails", Need.TARGET, "something is lost", subject -> {
            throw new IOException("because");
        });
        assertThat(KernelCheck.run(List.of(works, fails)))
                .containsExactly(
                        new FeatureState("works", Need.BOTH, true, "fine", "nothing works"),
                        new FeatureState("fails", Need.TARGET, false, "because", "something is lost"));
    }

    @Test
    void theListNamesEachFeatureOnceAndSaysWhatItIsFor() {
        List<Feature> all = Features.all();
        assertThat(all).extracting(Feature::name).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(feature -> assertThat(feature.without()).isNotBlank());
    }

    @Test
    void everyNameThatCriuHasIsKnown() {
        String names = "mnt_id mem_dirty_track aio_remap timerfd tun tun_ns userns fdinfo_lock seccomp_suspend"
                + " seccomp_filters loginuid cgroupns autofs tcp_half_closed compat_cr uffd uffd-noncoop can_map_vdso"
                + " sk_ns sk_unix_file net_diag_raw nsid link_nsid kcmp_epoll timens external_net_ns clone3_set_tid"
                + " newifindex nftables has_ipt_legacy pidfd_store ns_pid apparmor_stacking network_lock_nftables"
                + " sockopt_buf_lock memfd_hugetlb move_mount_set_group openat2 get_rseq_conf ipv6_freebind"
                + " pagemap_scan timer_cr_ids overlayfs_maps breakpoints pagemap_scan_guard_pages";
        assertThat(KernelCheck.criuFeatures()).containsExactlyInAnyOrder(names.split(" "));
    }

    @Test
    void whoeverRunsItEveryFeatureGetsAnAnswer() throws IOException {
        List<FeatureState> states = KernelCheck.run();
        assertThat(states).hasSameSizeAs(Features.all());
        assertThat(states)
                .filteredOn(state -> !state.available())
                .allSatisfy(state -> assertThat(state.detail()).isNotBlank());
    }
}
