package io.godwit.linux.proc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcParsersTest {
    private static Vma vma(String line) {
        return ProcMaps.line(line);
    }

    @Test
    void aMappingOfAFileHasAllItsFields() {
        Vma vma = vma("7f0000001000-7f0000003000 r-xp 00002000 fe:01 4711      /usr/lib/a b.so");
        assertEquals(
                new Vma(0x7f0000001000L, 0x7f0000003000L, 5, false, 0x2000, "fe:01", 4711, "/usr/lib/a b.so", false),
                vma);
        assertEquals("7f0000001000-7f0000003000", vma.mapFile());
    }

    @Test
    void anonymousMemoryHasNoName() {
        assertEquals("", vma("10000-20000 rw-p 00000000 00:00 0 ").name());
        assertEquals("", vma("10000-20000 ---p 00000000 00:00 0").name());
        assertEquals(
                "[heap]",
                vma("10000-20000 rw-p 00000000 00:00 0          [heap]").name());
    }

    @Test
    void addressesUpToTheLastAreRead() {
        Vma vma = vma("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]");
        assertEquals(4096, vma.bytes());
        assertTrue(vma.kernelOwned());
    }

    @Test
    void theMarkOfADeletedFileIsNoPartOfItsName() {
        Vma vma = vma("10000-20000 rw-s 00000000 00:01 7 /memfd:a (deleted) (deleted)");
        assertTrue(vma.deleted() && vma.memfd() && vma.shared());
        assertEquals("/memfd:a (deleted)", vma.name());
    }

    @Test
    void aNewlineInANameIsEscaped() {
        assertEquals(
                "/a\nb c", vma("10000-20000 rw-p 00000000 00:01 7 /a\\012b c").name());
    }

    @Test
    void sharedAnonymousMemoryIsToldFromTheDevice() {
        assertTrue(vma("10000-20000 rw-s 00000000 00:01 7 /dev/zero (deleted)").sharedAnonymous());
        assertFalse(vma("10000-20000 rw-p 00000000 00:06 5 /dev/zero").sharedAnonymous());
    }

    @Test
    void flagsBelongToTheMappingAboveThem() {
        Map<Vma, Set<String>> flags = ProcMaps.flags(List.of(
                "10000-20000 rw-p 00000000 00:01 7 /a:b c",
                "Size:  64 kB",
                "THPeligible:           0",
                "VmFlags: rd wr mr",
                "20000-30000 rw-p 00000000 00:00 0 ",
                "THPeligible:           1",
                "VmFlags: rd dd ",
                "30000-40000 rw-p 00000000 00:00 0 ",
                "VmFlags: rd "));
        assertEquals(
                Map.of(
                        vma("10000-20000 rw-p 00000000 00:01 7 /a:b c"), Set.of("rd", "wr", "mr"),
                        vma("20000-30000 rw-p 00000000 00:00 0 "), Set.of("rd", "dd", ProcMaps.MAY_BE_HUGE),
                        vma("30000-40000 rw-p 00000000 00:00 0 "), Set.of("rd")),
                flags);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", ")", "a) S 1 (b", "", "x\ny"})
    void aCommandMayHoldAnything(String comm) {
        String rest = " S 1 2 3 0 -1 4194304 0 0 0 0 0 0 0 0 20 -5 4 0 987 0 0 18446744073709551615 100 200 300"
                + " 0 0 0 0 0 0 0 0 0 17 3 50 2 0 0 0 11 12 13 14 15 16 17 256\n";
        ProcStat stat = ProcStat.parse("42 (" + comm + ")" + rest);
        assertEquals(42, stat.pid());
        assertEquals(comm, stat.comm());
        assertEquals('S', stat.state());
        assertEquals(-5, stat.nice());
        assertEquals(4, stat.threads());
        assertEquals(987, stat.startTime());
        assertEquals(100, stat.startCode());
        assertEquals(300, stat.startStack());
        assertEquals(50, stat.realtimePriority());
        assertEquals(2, stat.policy());
        assertEquals(11, stat.startData());
        assertEquals(256, stat.exitCode());
    }

    @Test
    void aStatusIsReadByName() {
        ProcStatus status = ProcStatus.parse(String.join(
                "\n",
                "Name:\ta: b",
                "Umask:\t0027",
                "PPid:\t7",
                "Uid:\t1\t2\t3\t4294967294",
                "Groups:\t ",
                "VmRSS:\t     8 kB",
                "SigBlk:\tffffffffffffffff"));
        assertEquals(027, status.umask());
        assertArrayEquals(new int[] {1, 2, 3, -2}, status.uids());
        assertEquals(0, status.groups().length);
        assertEquals(8192, status.bytes("VmRSS"));
        assertEquals(0, status.bytes("VmSwap"));
        assertEquals(-1L, status.bits("SigBlk"));
        assertThrows(IllegalArgumentException.class, status::tracer);
    }

    @Test
    void aCapabilityIsHeldByItsName() {
        ProcStatus status = ProcStatus.parse("CapEff:\t0000010000200000");
        assertTrue(status.holds("CAP_SYS_ADMIN") && status.holds("CAP_CHECKPOINT_RESTORE"));
        assertFalse(status.holds("CAP_KILL"));
        assertThrows(IllegalArgumentException.class, () -> status.holds("KILL"));
        assertThrows(IllegalArgumentException.class, () -> status.holds("CAP_NOTHING"));
    }

    @Test
    void closeOnExecIsNoFlagOfTheDescription() {
        FdInfo info = FdInfo.parse(List.of("pos:\t9223372036854775807", "flags:\t02100002", "mnt_id:\t1"));
        assertEquals(Long.MAX_VALUE, info.position());
        assertTrue(info.closeOnExec());
        assertEquals(0100002, info.descriptionFlags());
    }

    @Test
    void anEventPollTellsWhatItWatches() {
        FdInfo info = FdInfo.parse(List.of(
                "pos:\t0",
                "flags:\t02",
                "tfd:        5 events:       19 data: 5",
                "tfd:        6 events:       1 data: 6"));
        assertEquals(2, info.startingWith("tfd:").size());
        assertTrue(info.value("eventfd-count").isEmpty());
        assertFalse(info.closeOnExec());
    }

    @Test
    void mountsWithAllThatIsSaidOfThem() {
        assertEquals(
                List.of(new Mount(
                        36,
                        35,
                        new MountInfo(98 << 20, "/mnt1", "/mnt2", "ext3", Set.of("rw", "errors=continue")),
                        Set.of("ro", "noatime", "unbindable"),
                        2,
                        1,
                        "/dev/root",
                        "rw,errors=continue")),
                Mount.parse(List.of("36 35 98:0 /mnt1 /mnt2 ro,noatime shared:2 master:1 unbindable - ext3 /dev/root"
                        + " rw,errors=continue")));
    }

    @Test
    void aMountIsReadWhateverItsFlagsAndItsPath() {
        assertEquals(
                List.of(
                        new MountInfo(98 << 20, "/mnt1", "/mnt 2\\", "ext3", Set.of("rw", "errors=continue")),
                        new MountInfo(300, "/", "/dev/pts", "devpts", Set.of("rw", "ptmxmode=666"))),
                MountInfo.parse(List.of(
                        "36 35 98:0 /mnt1 /mnt\\0402\\134 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue,rw",
                        "28 24 0:300 / /dev/pts rw,relatime - devpts devpts rw,ptmxmode=666")));
    }

    @Test
    void timersTellWhomTheyNotify() {
        assertEquals(
                List.of(new PosixTimer(0, 14, 0xffff_dead_beefL, 0, 0, 1), new PosixTimer(3, 34, 0, 4, 77, 0)),
                PosixTimer.parse(List.of(
                        "ID: 0",
                        "signal: 14/0000ffffdeadbeef",
                        "notify: signal/pid.42",
                        "ClockID: 1",
                        "ID: 3",
                        "signal: 34/0000000000000000",
                        "notify: signal/tid.77",
                        "ClockID: 0")));
    }
}
