"""The tree of the demo: threads, a child joined by two pipes, memory that changes, and a log that counts.

A number goes through a pipe to the child, comes back through another, and only then is appended to the log with the name
of the host. So the log has a gap or a repeat as soon as a byte of a pipe, a file offset or a thread is lost.
"""
import os
import socket
import subprocess
import sys
import threading
import time

ECHO = "import sys\nfor line in sys.stdin: sys.stdout.write(line); sys.stdout.flush()"


def ask(child):
    number = 0
    while True:
        number += 1
        child.stdin.write(b"%d\n" % number)
        child.stdin.flush()
        time.sleep(0.0005)


def log(child, path):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for line in child.stdout:
        os.write(fd, b"%s %s\n" % (line.strip(), socket.gethostname().encode()))


def scribble(memory):
    turn = 0
    while True:
        turn += 1
        at = (turn * 7919 * 4096) % len(memory)
        memory[at : at + 8] = turn.to_bytes(8, "little")
        time.sleep(0.0002)


def main():
    child = subprocess.Popen([sys.executable, "-u", "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    memory = bytearray(os.urandom(1 << 20) * 32)
    threads = [
        threading.Thread(target=ask, args=(child,)),
        threading.Thread(target=log, args=(child, sys.argv[1])),
        threading.Thread(target=scribble, args=(memory,)),
    ]
    for thread in threads:
        thread.start()
    threads[0].join()


main()
