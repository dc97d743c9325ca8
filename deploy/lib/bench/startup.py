"""Starts commands again and again, and tells how long each takes until it has done what it was started for. Prints a table."""

import argparse
import socket
import statistics
import subprocess
import tempfile
import time

from hosts import GODWIT, state

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
VERSION_REQUEST = b"\x08\x0a"
LOOK_SECONDS = 0.0003


def succeeded(process):
    errors = process.communicate()[1]
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(process.args)} gave exit code {process.returncode}: {errors}")


def whole(*arguments):
    """Until the command has ended."""
    start = time.monotonic()
    succeeded(subprocess.Popen([GODWIT, *arguments], **QUIET))
    return time.monotonic() - start


def freeze():
    """Until a process that is dumped stands still, seen from outside; and until the command has ended."""
    victim = subprocess.Popen(["sleep", "infinity"], start_new_session=True, **QUIET)
    try:
        with tempfile.TemporaryDirectory(prefix="godwit-bench-") as images:
            start = time.monotonic()
            dump = subprocess.Popen([GODWIT, "dump", "-R", "-t", str(victim.pid), "-D", images], **QUIET)
            while state(victim.pid) != "t" and dump.poll() is None:
                time.sleep(LOOK_SECONDS)
            frozen = time.monotonic() - start
            succeeded(dump)
            return frozen, time.monotonic() - start
    finally:
        victim.kill()
        victim.wait()


def answer():
    """Until a worker of the RPC, as libcriu and runc start it, has told its version."""
    client, server = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with client:
        start = time.monotonic()
        worker = subprocess.Popen([GODWIT, "swrk", str(server.fileno())], pass_fds=[server.fileno()], **QUIET)
        server.close()
        client.send(VERSION_REQUEST)
        if not client.recv(4096):
            raise SystemExit(f"swrk closed the connection: {worker.communicate()[1]}")
        told = time.monotonic() - start
        succeeded(worker)
        return told


def row(name, seconds, goal=""):
    times = [1000 * each for each in seconds]
    print(f"| {name} | {min(times):.0f} / {statistics.median(times):.0f} / {max(times):.0f} | {goal} |", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench startup", description=__doc__)
    parser.add_argument("times", nargs="?", type=int, default=11)
    times = range(parser.parse_args().times)
    whole("--version")
    print("| from the start of the command to | ms: min / median / max | goal |")
    print("|---|---|---|")
    row("the end of `--version`", [whole("--version") for _ in times], "150")
    row("the end of `check`", [whole("check") for _ in times])
    dumps = [freeze() for _ in times]
    row("the freeze of `dump`", [frozen for frozen, _ in dumps], "400")
    row("the end of `dump`", [end for _, end in dumps])
    row("the answer of `swrk` to a request for its version", [answer() for _ in times])


main()
