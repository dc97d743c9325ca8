package io.godwit.source.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.linux.proc.ProcMaps;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmaKindTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rw-p 0 00:00 0                     | ANON_PRIVATE",
                "rw-p 0 00:00 0 [anon:glibc malloc] | ANON_PRIVATE",
                "rw-s 0 00:01 9 [anon_shmem:x]      | ANON_SHARED",
                "rw-s 0 00:01 9 /dev/zero (deleted) | ANON_SHARED",
                "rw-p 0 00:06 5 /dev/zero           | FILE_PRIVATE",
                "rw-p 0 00:00 0 [heap]              | HEAP",
                "rw-p 0 fe:01 9 [heap]              | FILE_PRIVATE",
                "rw-p 0 00:00 0 [stack]             | STACK",
                "r--p 0 00:00 0 [vvar_vclock]       | VVAR",
                "r-xp 0 00:00 0 [vdso]              | VDSO",
                "rw-s 0 00:01 9 /memfd:a (deleted)  | MEMFD",
                "rw-p 0 00:01 9 /memfd:a (deleted)  | MEMFD_PRIVATE",
                "rw-p 0 fe:01 9 /lib/x.so (deleted) | FILE_PRIVATE",
                "rw-s 0 fe:01 9 /var/db             | FILE_SHARED",
            })
    void theKindIsToldByTheLineOfMaps(String line, VmaKind kind) {
        assertEquals(
                kind, VmaKind.of(ProcMaps.parse(List.of("10000-20000 " + line)).get(0)));
    }
}
