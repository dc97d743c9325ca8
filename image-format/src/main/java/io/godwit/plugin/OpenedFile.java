package io.godwit.plugin;

/**
 * A file that a process has open.
 *
 * @param pid the process
 * @param descriptor its number there
 * @param link what /proc/PID/fd has of it: a path, or a kind such as {@code anon_inode:inotify}
 * @param flags as of open(2)
 * @param position in bytes
 * @param mode type and permissions, as of stat(2)
 * @param duplicate a descriptor of this process for the same open file description
 */
public record OpenedFile(int pid, int descriptor, String link, int flags, long position, int mode, int duplicate) {}
