package io.godwit.target.receive;

import io.godwit.image.pages.PageSink;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a made-up process: one page of code in which its threads wait, and one of stack. */
final class RehearsalProcess {
    static final long CODE = 0x10000000L;
    static final long STACK = 0x10010000L;
    /** Where the group of vdso and vvar goes. */
    static final long VDSO_GROUP = 0x20000000L;

    private static final long SMALL = 0x11000000L;
    private static final long SMALL_STRIDE = 0x4000;
    private static final int SMALL_MAPPINGS = 80;
    static final int PAGE = 4096;
    private static final int MADV_NOHUGEPAGE = 15;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int REGULAR_ANONYMOUS = 1 | 1 << 9;
    private static final int VDSO = 1 | 1 << 3;
    private static final int VVAR = 1 | 1 << 12;
    /** 1: mov $34 (pause), %eax; syscall; jmp 1b. */
    private static final byte[] WAIT = {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7};

    private final ProcDirectory agent = ProcDirectory.own();

    /** Code, a stack, and a page in every other of the small mappings. */
    void writePages(PageSink pages) throws IOException {
        pages.data(CODE, ByteBuffer.allocateDirect(PAGE).put(0, WAIT));
        pages.zero(STACK, 1);
        for (int i = 0; i < SMALL_MAPPINGS; i += 2) {
            pages.data(small(i), ByteBuffer.allocateDirect(PAGE));
        }
    }

    private static long small(int index) {
        return SMALL + index * SMALL_STRIDE;
    }

    /** A program that is surely here: this one. */
    static String executable() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
        } catch (IOException e) {
            return "/bin/sh";
        }
    }

    MmEntry memory(int executable) throws IOException {
        MmEntry.Builder mm = MmEntry.newBuilder()
                .setMmStartCode(CODE)
                .setMmEndCode(CODE + WAIT.length)
                .setMmStartData(CODE)
                .setMmEndData(CODE + PAGE)
                .setMmStartStack(STACK)
                .setMmStartBrk(STACK + PAGE)
                .setMmBrk(STACK + PAGE)
                .setMmArgStart(STACK)
                .setMmArgEnd(STACK)
                .setMmEnvStart(STACK)
                .setMmEnvEnd(STACK)
                .setExeFileId(executable)
                .addMmSavedAuxv(0)
                .addMmSavedAuxv(0)
                .addVmas(vma(CODE, CODE + PAGE, Vma.READ | Vma.EXEC, REGULAR_ANONYMOUS))
                .addVmas(vma(STACK, STACK + PAGE, Vma.READ | Vma.WRITE, REGULAR_ANONYMOUS));
        for (int i = 0; i < SMALL_MAPPINGS; i++) {
            VmaEntry vma =
                    vma(small(i), small(i) + PAGE, i % 3 == 0 ? Vma.READ : Vma.READ | Vma.WRITE, REGULAR_ANONYMOUS);
            mm.addVmas(i == 0 ? vma.toBuilder().setMadv(1L << MADV_NOHUGEPAGE).build() : vma);
        }
        long at = VDSO_GROUP;
        for (Vma own : agent.maps()) {
            if (own.kernelOwned() && !own.name().equals("[vsyscall]")) {
                int status = own.vdso() ? VDSO : VVAR;
                mm.addVmas(vma(at, at + own.bytes(), own.protection(), status));
                at += own.bytes();
            }
        }
        return mm.build();
    }

    private static VmaEntry vma(long start, long end, int protection, int status) {
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setPgoff(0)
                .setShmid(0)
                .setProt(protection)
                .setFlags(MAP_PRIVATE_ANONYMOUS)
                .setStatus(status)
                .setFd(-1)
                .build();
    }
}
