"""What a program and the agents did in each phase of a migration: work per second, and processor time."""

import bisect
import os
import threading
import time

from hosts import cpu_seconds, program, read

PHASES = ["preparation", "first round", "later rounds", "freeze made ready", "rounds in haste"]


def find(host, name):
    """The pid out here of the process of this name on a host."""
    space = os.readlink(f"/proc/{host.init}/ns/pid")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if read(f"/proc/{pid}/comm").strip() == name and os.readlink(f"/proc/{pid}/ns/pid") == space:
                return int(pid)
        except OSError:
            pass  # it has ended
    raise SystemExit(f"there is no {name} on the host")


def commands(pid):
    """How many commands a redis server has answered: to each of its few clients it writes once for each."""
    try:
        return int(read(f"/proc/{pid}/io").partition("syscw:")[2].split()[0])
    except (IndexError, OSError):
        return None


class Phases:
    """Takes the figures of a migration every few milliseconds, and at each of its events."""

    EVERY = 0.01

    def __init__(self, hosts, work):
        """Work is a function that tells what was done so far, or None where nobody knows."""
        self.hosts = hosts
        self.work = work
        self.samples = []
        self.begins = []
        self.hasty = False
        self.source = self.target = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.source, self.target = self.hosts.standby or 0, program(self.hosts.agent)
        self.begin(PHASES[0], time.monotonic())
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def watch(self):
        while not self.ended.wait(self.EVERY):
            self.sample()

    def sample(self):
        with self.lock:
            work, last = self.work(), self.samples[-1][1:] if self.samples else (0, 0, 0)
            self.samples.append((time.monotonic(), last[0] if work is None else work,
                                 self.used(self.source, last[1]), self.used(self.target, last[2])))

    @staticmethod
    def used(pid, before):
        try:
            return cpu_seconds(pid) if pid else before
        except (IndexError, ProcessLookupError):
            return before

    def begin(self, phase, at):
        self.sample()
        self.begins.append((at, phase))

    def event(self, event):
        now = time.monotonic()
        self.source = self.source or self.hosts.migrating()
        if event["event"] == "round_started":
            self.begin(PHASES[1] if event["round"] == 0 else PHASES[4] if self.hasty else PHASES[2], now)
        elif event["event"] == "round_finished":
            self.hasty = event.get("sprint", False)
            sent = self.begins[-1][0] + (event["stats"]["send_us"] + event["stats"]["scan_us"]) / 1e6
            if now - sent > 0.02:
                # it is told of when the freeze has been made ready too
                self.begin(PHASES[3], sent)
        elif event["event"] == "freezing":
            self.begin(None, now)

    def figures(self, at):
        """Between two samples."""
        after = bisect.bisect(self.samples, (at,))
        later, earlier = self.samples[min(after, len(self.samples) - 1)], self.samples[max(0, after - 1)]
        part = (at - earlier[0]) / (later[0] - earlier[0]) if later[0] > earlier[0] else 0
        return [a + (b - a) * max(0, min(1, part)) for a, b in zip(earlier[1:], later[1:])]

    def series(self, before, step=0.05):
        """Part of the work per second before, in each step of time: seconds since the freeze, and the part."""
        end = self.samples[-1][0]
        frozen = self.begins[-1][0]
        at, series = self.samples[0][0], []
        while before and at + step <= end:
            series.append((round(at - frozen, 3), round((self.figures(at + step)[0] - self.figures(at)[0]) / step / before, 3)))
            at += step
        return series

    def marks(self):
        """When each phase began, in seconds since the freeze."""
        return [(round(at - self.begins[-1][0], 3), phase) for at, phase in self.begins]

    def phase(self, at):
        """What was done at a time; None in the freeze."""
        return self.begins[max(0, bisect.bisect([begin for begin, _ in self.begins], at) - 1)][1]

    def table(self, before):
        """For each phase ms, which part of the work per second before was done in it, and processor ms of both agents."""
        rows = {}
        for (start, phase), (end, _) in zip(self.begins, self.begins[1:]):
            row = rows.setdefault(phase, [0, 0, 0, 0])
            for i, amount in enumerate([end - start] + [b - a for a, b in zip(self.figures(start), self.figures(end))]):
                row[i] += amount
        return [{"phase": phase, "ms": row[0] * 1000, "kept": row[1] / row[0] / before if before else None,
                 "source_cpu_ms": row[2] * 1000, "target_cpu_ms": row[3] * 1000} for phase, row in rows.items() if row[0] > 0]


def kept(rows):
    """Which part of the work was done in the rounds, from the first one until the freeze; None if nobody knows."""
    rows = [row for row in rows if row["phase"] != PHASES[0] and row["kept"] is not None]
    return sum(row["ms"] * row["kept"] for row in rows) / sum(row["ms"] for row in rows) if rows else None
