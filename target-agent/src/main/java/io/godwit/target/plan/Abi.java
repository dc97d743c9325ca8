package io.godwit.target.plan;

/** Numbers of the kernel's x86-64 interface that plans use; the names are those of the manual pages. */
public final class Abi {
    public static final int PAGE_SIZE = 4096;

    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_GROWSDOWN = 0x100;
    public static final int MAP_LOCKED = 0x2000;
    public static final int MAP_NORESERVE = 0x4000;
    public static final int MAP_HUGETLB = 0x40000;
    public static final int MAP_FIXED_NOREPLACE = 0x100000;
    public static final int MREMAP_MAYMOVE = 1;
    public static final int MREMAP_FIXED = 2;
    public static final int MADV_DONTNEED = 4;
    public static final int MADV_HUGEPAGE = 14;
    public static final int MADV_NOHUGEPAGE = 15;
    public static final int MADV_GUARD_INSTALL = 102;

    public static final int F_SETFD = 2;
    public static final int TIOCSCTTY = 0x540e;
    public static final int TIOCSPGRP = 0x5410;
    public static final int FD_CLOEXEC = 1;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int O_CLOEXEC = 02000000;
    public static final int EPOLL_CTL_ADD = 1;

    public static final int PR_SET_PDEATHSIG = 1;
    public static final int PR_SET_DUMPABLE = 4;
    public static final int PR_SET_NAME = 15;
    public static final int PR_CAPBSET_DROP = 24;
    public static final int PR_SET_SECUREBITS = 28;
    public static final int PR_SET_MM = 35;
    public static final int PR_SET_MM_MAP = 14;
    public static final int PR_SET_CHILD_SUBREAPER = 36;
    public static final int PR_SET_NO_NEW_PRIVS = 38;
    public static final int PR_SET_THP_DISABLE = 41;
    public static final int PR_CAP_AMBIENT = 47;
    public static final int PR_CAP_AMBIENT_RAISE = 2;
    public static final int PR_TIMER_CREATE_RESTORE_IDS = 77;

    public static final int CLONE_VM = 0x100;
    public static final int CLONE_FS = 0x200;
    public static final int CLONE_FILES = 0x400;
    public static final int CLONE_SIGHAND = 0x800;
    public static final int CLONE_PTRACE = 0x2000;
    public static final int CLONE_THREAD = 0x10000;
    public static final int CLONE_SYSVSEM = 0x40000;

    public static final int SIGTRAP = 5;
    public static final int SIGKILL = 9;
    public static final int SIGCHLD = 17;
    public static final int SIGSTOP = 19;
    public static final int SIGSET_BYTES = 8;
    public static final int RLIMIT_CORE = 4;

    /** How many arguments of u64 clone3(2) takes, up to set_tid_size. */
    public static final int CLONE_ARGS_WORDS = 10;

    private Abi() {}
}
