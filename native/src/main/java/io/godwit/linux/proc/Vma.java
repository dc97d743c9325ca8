package io.godwit.linux.proc;

import java.util.Set;

/**
 * One mapping of a process, a line of /proc/PID/maps.
 *
 * @param start first address
 * @param end address after the last byte
 * @param protection PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4
 * @param shared MAP_SHARED rather than MAP_PRIVATE
 * @param offset in the file, in bytes
 * @param device of the file, as {@code major:minor} in hex
 * @param inode of the file; 0 for anonymous memory
 * @param name path or bracketed name; empty for anonymous memory; without the mark of a deleted file
 * @param deleted the file has no name any more
 */
public record Vma(
        long start,
        long end,
        int protection,
        boolean shared,
        long offset,
        String device,
        long inode,
        String name,
        boolean deleted) {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int EXEC = 4;

    private static final String VDSO = "[vdso]";
    private static final Set<String> KERNEL_OWNED = Set.of(VDSO, "[vvar]", "[vvar_vclock]", "[vsyscall]");

    public long bytes() {
        return end - start;
    }

    /** Whether a file (or a shared memory object, which the kernel shows as one) is behind it. */
    public boolean backed() {
        return inode != 0;
    }

    /** Whether it is the kernel's code that every process has, vdso(7). */
    public boolean vdso() {
        return name.equals(VDSO);
    }

    /** Whether the kernel provides it: vdso, vvar, vsyscall. */
    public boolean kernelOwned() {
        return KERNEL_OWNED.contains(name);
    }

    /** Memory of mmap(MAP_SHARED | MAP_ANONYMOUS). */
    public boolean sharedAnonymous() {
        return shared && (deleted && name.equals("/dev/zero") || name.startsWith("[anon_shmem:"));
    }

    /** A mapped memfd_create(2) object. */
    public boolean memfd() {
        return name.startsWith("/memfd:");
    }

    /** A System V shared memory segment. */
    public boolean sysvShared() {
        return name.startsWith("/SYSV");
    }

    /** The name in /proc/PID/map_files. */
    public String mapFile() {
        return Long.toHexString(start) + "-" + Long.toHexString(end);
    }

    /** By hand, as those that a record has take ten times as long until they are compiled well, which a freeze is too short for. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Vma vma
                && start == vma.start
                && end == vma.end
                && protection == vma.protection
                && shared == vma.shared
                && offset == vma.offset
                && inode == vma.inode
                && deleted == vma.deleted
                && device.equals(vma.device)
                && name.equals(vma.name);
    }

    /** Of one process, no two mappings begin at the same address. */
    @Override
    public int hashCode() {
        return Long.hashCode(start);
    }

    @Override
    public String toString() {
        return Long.toHexString(start) + "-" + Long.toHexString(end) + (name.isEmpty() ? "" : " " + name);
    }
}
