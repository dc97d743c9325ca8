package io.godwit.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.options.FileOptions;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pre-flight sees in a real process. */
class SurveyIT {
    private static final int MADV_GUARD_INSTALL = 102;

    private Puppet puppet;

    @BeforeEach
    void start() throws IOException {
        puppet = Puppet.start();
    }

    @AfterEach
    void stop() {
        puppet.close();
    }

    @Test
    void guardPagesAreNamed() throws IOException {
        assertThat(problems()).doesNotContain("guard pages");
        puppet.run("p = mmap(0, 4); fill(p, 4, 'x'); madvise(p + PAGE, 1, " + MADV_GUARD_INSTALL + ")");

        assertThat(problems())
                .contains("guard pages")
                .contains(Long.toHexString(puppet.number("p")))
                .contains("process " + puppet.pid());
    }

    /** CLONE_NEWUTS is 0x4000000, and CLONE_NEWPID, which only its children are in, 0x20000000. */
    @ParameterizedTest
    @CsvSource({"0x4000000, it is in another uts namespace", "0x20000000, its children will be in another pid namespace"
    })
    void otherNamespacesAreNamed(String flag, String words) throws IOException {
        assertThat(problems()).doesNotContain("namespace");
        puppet.run("check(libc.unshare(" + flag + "), 'unshare')");

        assertThat(problems()).contains(words).contains("process " + puppet.pid());
    }

    /** Each thread has filters of its own, and the leader's status does not tell of them; this one allows all. */
    @Test
    void aThreadUnderAFilterIsNamed() throws IOException {
        assertThat(problems()).doesNotContain("seccomp");
        puppet.run("""
                import struct, threading
                code = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000))
                filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 1, ctypes.addressof(code)))
                done = threading.Event()
                def sandboxed():
                    check(libc.prctl(38, 1, 0, 0, 0), 'no_new_privs')
                    check(libc.prctl(22, 2, filter, 0, 0), 'seccomp')
                    done.set()
                    threading.Event().wait()
                thread = threading.Thread(target=sandboxed, daemon=True)
                thread.start()
                done.wait()
                """);

        assertThat(problems())
                .contains("thread " + puppet.number("thread.native_id") + " of process " + puppet.pid()
                        + ": it runs under a seccomp filter");
    }

    /** What is in an epoll descriptor changes between two looks at it. */
    @Test
    void aProgramThatChangesWhatItWatchesAllTheTimeIsNotRefused() throws IOException {
        puppet.run("import select, threading; e = select.epoll(); r, w = os.pipe()");
        puppet.run("def churn():\n  while True:\n    e.register(r); e.unregister(r)");
        puppet.run("threading.Thread(target=churn, daemon=True).start()");

        for (int i = 0; i < 20; i++) {
            assertThat(problems()).doesNotContain("watches a file");
        }
    }

    /** The numbers of semget(2), msgget(2) and shmget(2): 0 is IPC_PRIVATE, and 0o600 the rights. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            semaphore set | libc.semget(0, 3, 0o600)         | libc.semctl(id, 1, 16, 5)                        | libc.semctl(id, 0, 0)
            message queue | libc.msgget(0, 0o600)            | libc.msgsnd(id, b'12345678hello', L(5), 0)       | libc.msgctl(id, 0, 0)
            shared memory | libc.shmget(0, L(PAGE), 0o600)   | libc.shmdt(V(libc.shmat(id, 0, 0)))              | libc.shmctl(id, 0, 0)
            """)
    void objectsOfSystemVThatTheTreeUsedAreNamed(String kind, String make, String use, String remove)
            throws IOException {
        puppet.run("libc.shmat.restype = ctypes.c_void_p; id = check(" + make + ", 'make')");
        try {
            puppet.run("check(" + use + ", 'use')");

            assertThat(problems())
                    .contains("error: " + kind)
                    .contains("process " + puppet.pid())
                    .contains("ipcrm");
            assertThat(Survey.of(puppet.pid(), false, FileOptions.defaults()).findings())
                    .as("a restore on this host finds it again")
                    .anySatisfy(finding -> assertThat(finding.subject()).contains(kind))
                    .noneMatch(Finding::isError);
        } finally {
            puppet.run("check(" + remove + ", 'remove')");
        }
        assertThat(problems()).doesNotContain(kind);
    }

    @Test
    void aQueueOnWhichTheTreeWaitsIsNamed() throws IOException {
        puppet.run("id = check(libc.msgget(0, 0o600), 'msgget'); room = ctypes.create_string_buffer(64)");
        long queue = puppet.number("id");
        puppet.tell("libc.msgrcv(id, room, L(8), L(0), 0)");
        ProcDirectory process = ProcDirectory.process(puppet.pid());
        try {
            long start = System.nanoTime();
            while (!process.text("syscall").startsWith(Syscall.MSGRCV + " ")) {
                assertThat(System.nanoTime() - start)
                        .as("it does not wait for a message")
                        .isLessThan(20_000_000_000L);
                Thread.onSpinWait();
            }
            assertThat(problems()).contains("error: message queue");
        } finally {
            Kernel.syscall(Syscall.MSGCTL, queue, 0, 0);
        }
    }

    /** A number is of one instance alone: the tree's terminal is not that of the same number at /dev/pts. */
    @Test
    void terminalsOfAnotherInstanceOfDevptsAreNamed(@TempDir Path directory) throws IOException {
        puppet.run("master, slave = os.openpty()");
        assertThat(problems()).doesNotContain("devpts");
        puppet.run(
                "at = b'" + directory + "'; check(libc.mount(b'devpts', at, b'devpts', 0, b'ptmxmode=0666'), 'mount')");
        try {
            puppet.run("""
                    import struct, fcntl
                    def number(fd): return struct.unpack('i', fcntl.ioctl(fd, 0x80045430, b'0000'))[0]
                    others = [os.open(at + b'/ptmx', os.O_RDWR | os.O_NOCTTY) for i in range(number(master) + 1)]
                    fcntl.ioctl(others[-1], 0x40045431, struct.pack('i', 0))
                    other = os.open(at + b'/%d' % number(master), os.O_RDWR | os.O_NOCTTY)
                    """);
            assertThat(problems())
                    .containsPattern("error: fd " + puppet.value("others[-1]") + " .*another instance of devpts")
                    .containsPattern("error: fd " + puppet.value("other") + " .*another instance of devpts");
        } finally {
            puppet.run("libc.umount2(at, 2)");
        }
    }

    private String problems() throws IOException {
        return Survey.of(puppet.pid(), false, FileOptions.ofMigration())
                .findings()
                .toString();
    }
}
