package io.godwit.source.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The features that a program can use by itself, once it has seen them: instructions that are there or not. A process that
 * moves to where one is missing dies by SIGILL, sooner or later. Named as in /proc/cpuinfo; bits as in the manuals of the makers
 * (Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E).
 */
final class Instructions {
    private static final Map<CapabilityWord, String> TABLE = table();

    /** Without these the state of the floating point unit can not be put back. */
    private static final List<String> FLOATING_POINT = List.of("fpu", "fxsr", "xsave", "osxsave");

    private Instructions() {}

    /** Those that are set in one word and not in the other. */
    static List<String> missing(CapabilityWord word, int needed, int present) {
        List<String> missing = new ArrayList<>();
        bits(word).forEach((name, bit) -> {
            if ((needed & ~present & 1 << bit) != 0) {
                missing.add(name);
            }
        });
        return missing;
    }

    static boolean floatingPoint(String name) {
        return FLOATING_POINT.contains(name);
    }

    /** The bit of each instruction of a word. */
    static Map<String, Integer> bits(CapabilityWord word) {
        Map<String, Integer> bits = new LinkedHashMap<>();
        for (String entry : TABLE.getOrDefault(word, "").split(" ")) {
            int colon = entry.indexOf(':');
            if (colon > 0) {
                bits.put(entry.substring(0, colon), Integer.parseInt(entry.substring(colon + 1)));
            }
        }
        return bits;
    }

    private static Map<CapabilityWord, String> table() {
        return Map.of(
                CapabilityWord.BASIC_EDX,
                "fpu:0 tsc:4 cx8:8 cmov:15 clflush:19 mmx:23 fxsr:24 sse:25 sse2:26",
                CapabilityWord.EXTENDED_EDX,
                "syscall:11 mmxext:22 fxsr_opt:25 rdtscp:27 lm:29 3dnowext:30 3dnow:31",
                CapabilityWord.BASIC_ECX,
                "pni:0 pclmulqdq:1 ssse3:9 fma:12 cx16:13 sse4_1:19 sse4_2:20 movbe:22 popcnt:23 aes:25 xsave:26 osxsave:27"
                        + " avx:28 f16c:29 rdrand:30",
                CapabilityWord.EXTENDED_ECX,
                "lahf_lm:0 abm:5 sse4a:6 misalignsse:7 3dnowprefetch:8 xop:11 lwp:15 fma4:16 tbm:21 mwaitx:29",
                CapabilityWord.STRUCTURED_EBX,
                "fsgsbase:0 bmi1:3 hle:4 avx2:5 bmi2:8 erms:9 rtm:11 mpx:14 avx512f:16 avx512dq:17 rdseed:18 adx:19"
                        + " avx512ifma:21 clflushopt:23 clwb:24 avx512pf:26 avx512er:27 avx512cd:28 sha_ni:29 avx512bw:30"
                        + " avx512vl:31",
                CapabilityWord.XSAVE_EAX,
                "xsaveopt:0 xsavec:1 xgetbv1:2",
                CapabilityWord.STRUCTURED_ECX,
                "prefetchwt1:0 avx512vbmi:1 pku:3 ospke:4 waitpkg:5 avx512_vbmi2:6 gfni:8 vaes:9 vpclmulqdq:10"
                        + " avx512_vnni:11 avx512_bitalg:12 avx512_vpopcntdq:14 rdpid:22 cldemote:25 movdiri:27 movdir64b:28",
                CapabilityWord.SIZES_EBX,
                "clzero:0",
                CapabilityWord.STRUCTURED_EDX,
                "avx512_4vnniw:2 avx512_4fmaps:3 avx512_vp2intersect:8 serialize:14 tsxldtrk:16 amx_bf16:22"
                        + " avx512_fp16:23 amx_tile:24 amx_int8:25");
    }
}
