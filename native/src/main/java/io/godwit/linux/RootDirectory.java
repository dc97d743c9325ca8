package io.godwit.linux;

import java.util.ArrayList;
import java.util.List;

/** The directory in which paths of a tree begin: that of this process, or that of a process in another mount namespace. */
public final class RootDirectory implements AutoCloseable {
    /** That of this process. */
    public static final RootDirectory OWN = new RootDirectory(null);

    private final String root;
    private final List<Fd> places = new ArrayList<>();

    private RootDirectory(String root) {
        this.root = root;
    }

    /** That of a process, in its mount namespace, as long as it is there. */
    public static RootDirectory of(int pid) {
        return new RootDirectory("/proc/" + pid + "/root");
    }

    /** Whether it is that of this process. */
    public boolean isOwn() {
        return root == null;
    }

    /** open(2), from which no symbolic link leads out of the directory. */
    public Fd open(String path, int flags, int mode) throws LinuxException {
        if (isOwn()) {
            return Descriptors.open(path, flags, mode);
        }
        try (Fd directory = Descriptors.open(root, Descriptors.O_PATH | Descriptors.O_DIRECTORY, 0)) {
            return Descriptors.openBelow(directory, path, flags, mode);
        }
    }

    /** stat(2), following links. */
    public FileStatus status(String path) throws LinuxException {
        if (isOwn()) {
            return Descriptors.status(path);
        }
        try (Fd file = open(path, Descriptors.O_PATH, 0)) {
            return Descriptors.status(file);
        }
    }

    /** A path for other system calls of this process by which they reach what has a path there; its directory must exist. */
    public String place(String path) throws LinuxException {
        if (isOwn()) {
            return path;
        }
        int slash = path.lastIndexOf('/');
        Fd directory = open(path.substring(0, slash + 1), Descriptors.O_PATH | Descriptors.O_DIRECTORY, 0);
        places.add(directory);
        return "/proc/self/fd/" + directory.number() + path.substring(slash);
    }

    /** What was given by {@link #place} is no path any more. */
    @Override
    public void close() {
        places.forEach(Fd::close);
        places.clear();
    }
}
