package io.godwit.source.victim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * A Python process that does what it is told, a statement at a time. It is a grandchild: the JDK waits for its own
 * children and would take the stops of a traced one.
 */
public final class Puppet implements AutoCloseable {
    private static final String SCRIPT = """
            import ctypes, os, signal, sys, time, threading, mmap as _m
            libc = ctypes.CDLL(None, use_errno=True)
            for name in ('mmap', 'mremap', 'sbrk'):
                getattr(libc, name).restype = ctypes.c_void_p
            PAGE = 4096
            R, W, RW = 1, 2, 3
            PRIVATE, SHARED, FIXED, ANON = 2, 1, 0x10, 0x20
            V = ctypes.c_void_p
            L = ctypes.c_size_t
            def check(result, what):
                if result in (-1, 2**64 - 1):
                    raise OSError(ctypes.get_errno(), what)
                return result
            def mmap(at, pages, prot=RW, flags=PRIVATE | ANON, fd=-1, offset=0):
                if at: flags |= FIXED
                return check(libc.mmap(V(at), L(pages * PAGE), prot, flags, fd, L(offset)), 'mmap')
            def munmap(at, pages): check(libc.munmap(V(at), L(pages * PAGE)), 'munmap')
            def mprotect(at, pages, prot): check(libc.mprotect(V(at), L(pages * PAGE), prot), 'mprotect')
            def madvise(at, pages, advice): check(libc.madvise(V(at), L(pages * PAGE), advice), 'madvise')
            def mremap(at, pages, newpages, flags=0, to=0):
                return check(libc.mremap(V(at), L(pages * PAGE), L(newpages * PAGE), flags, V(to)), 'mremap')
            def fill(at, pages, text):
                for i in range(pages):
                    data = (text + str(i)).encode() * 8
                    ctypes.memmove(V(at + i * PAGE), data, len(data))
            def data(text, pages):
                return b''.join((text + str(i)).encode().ljust(PAGE, b'.') for i in range(pages))
            names = dict(globals())
            print(os.getpid(), flush=True)
            for line in sys.stdin:
                try:
                    exec(line.replace('\\x1f', '\\n'), names)
                    print('ok', flush=True)
                except BaseException as e:
                    print(repr(e), flush=True)
            """;

    private final Process shell;
    private final BufferedReader answers;
    private final int pid;

    private Puppet(Process shell) throws IOException {
        this.shell = shell;
        this.answers = shell.inputReader();
        this.pid = Integer.parseInt(answers.readLine());
    }

    /** Starts one, which leads its own session. */
    public static Puppet start() throws IOException {
        String inBackground = "exec 3<&0; setsid /usr/bin/python3 -u -c \"$0\" <&3 & exec 3<&-; wait";
        return new Puppet(new ProcessBuilder("/bin/sh", "-c", inBackground, SCRIPT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    public int pid() {
        return pid;
    }

    /** Runs Python statements; the names that they set stay. */
    public void run(String statements) throws IOException {
        tell(statements);
        String answer = answers.readLine();
        if (!"ok".equals(answer)) {
            throw new AssertionError("the victim answered " + answer + " to: " + statements);
        }
    }

    /** Has Python statements run without waiting for their end. */
    public void tell(String statements) throws IOException {
        shell.outputWriter()
                .append(statements.strip().replace('\n', '\u001f'))
                .append('\n')
                .flush();
    }

    /** The next line that the victim writes. */
    public String line() throws IOException {
        return answers.readLine();
    }

    /** The value of a Python expression. */
    public String value(String expression) throws IOException {
        tell("print(" + expression + ", flush=True)");
        String value = answers.readLine();
        String answer = answers.readLine();
        if (!"ok".equals(answer)) {
            throw new AssertionError("the victim answered " + value + " " + answer + " to: " + expression);
        }
        return value;
    }

    public long number(String expression) throws IOException {
        return Long.parseLong(value(expression));
    }

    @Override
    public void close() {
        ProcessHandle.of(pid).ifPresent(victim -> {
            victim.descendants().forEach(ProcessHandle::destroyForcibly);
            victim.destroyForcibly();
        });
        shell.destroyForcibly();
        try {
            shell.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
