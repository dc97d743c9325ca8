package io.godwit.linux.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCheckIT {
    @Test
    void rootHasAllThatAMigrationNeeds() throws IOException {
        assertThat(KernelCheck.run())
                .filteredOn(state -> state.need() != Need.NOBODY)
                .allSatisfy(state -> assertThat(state.available())
                        .as(state.name() + ": " + state.detail())
                        .isTrue());
    }

    @Test
    void theProbesLeaveNothingOpen() throws IOException {
        KernelCheck.run();
        long before = descriptors();
        KernelCheck.run();
        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    /** What the kernel of any current distribution has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mnt_id",
                "mem_dirty_track",
                "timerfd",
                "fdinfo_lock",
                "seccomp_suspend",
                "seccomp_filters",
                "tcp_half_closed",
                "can_map_vdso",
                "sk_ns",
                "sk_unix_file",
                "nsid",
                "link_nsid",
                "kcmp_epoll",
                "clone3_set_tid",
                "pidfd_store",
                "ns_pid",
                "sockopt_buf_lock",
                "move_mount_set_group",
                "openat2",
                "get_rseq_conf",
                "ipv6_freebind",
                "pagemap_scan",
                "uffd",
                "uffd-noncoop"
            })
    void aFeatureOfCurrentKernelsIsSupported(String name) throws IOException {
        assertThat(KernelCheck.criuFeature(name).orElseThrow())
                .satisfies(state ->
                        assertThat(state.available()).as(state.detail()).isTrue());
    }

    @Test
    void whatIsNotSupportedSaysWhy() throws IOException {
        assertThat(KernelCheck.extra())
                .filteredOn(state -> !state.available())
                .allSatisfy(state -> assertThat(state.detail()).isNotBlank());
    }
}
