package io.godwit.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.SecurityLabels.Module;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityLabelsTest {
    @ParameterizedTest
    @CsvSource({
        "APPARMOR, 'docker-default (enforce)\n', docker-default",
        "APPARMOR, '/usr/sbin/mysqld (complain)\n', /usr/sbin/mysqld",
        "APPARMOR, 'a//b (c) (enforce)\n', a//b (c)",
        "APPARMOR, 'unconfined\n',",
        "SELINUX, 'system_u:system_r:httpd_t:s0\0', system_u:system_r:httpd_t:s0",
        "SELINUX, 'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023\0',",
        "APPARMOR, '',"
    })
    void theLabelIsWhatConfinesATask(Module module, String text, String label) {
        assertThat(SecurityLabels.parse(module, text).orElse(null)).isEqualTo(label);
    }
}
