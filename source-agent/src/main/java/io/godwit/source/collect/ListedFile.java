package io.godwit.source.collect;

import io.godwit.linux.proc.Vma;

/** A file as the list of a process's mappings names it, and how it is to be opened. */
record ListedFile(String device, long inode, String name, boolean deleted, int flags) {
    /** By hand, for the reason that {@link Vma#equals} has. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ListedFile file
                && inode == file.inode
                && deleted == file.deleted
                && flags == file.flags
                && device.equals(file.device)
                && name.equals(file.name);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(inode) + flags;
    }
}
