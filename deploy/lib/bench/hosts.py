"""Two hosts on this machine, each a set of namespaces, joined by a veth pair; a target agent runs on the second."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time

BENCH = os.path.dirname(os.path.realpath(__file__))
DEPLOY = os.path.dirname(os.path.dirname(BENCH))
GODWIT = f"{DEPLOY}/godwit"
HOSTS = f"{DEPLOY}/lib/hosts.sh"
SOURCE, TARGET = "10.67.0.1", "10.67.0.2"


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise SystemExit(f"{what} did not happen within {seconds} s")


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def program(launched):
    """The pid of what was launched by way of nsenter, which forks to enter a namespace of pids, and of timeout."""
    pid = launched.pid
    while True:
        children = read(f"/proc/{pid}/task/{pid}/children").split()
        if not children or "java" in read(f"/proc/{pid}/comm"):
            return pid
        pid = children[0]


def children(pid):
    """The pids of the processes that any thread of a process has started."""
    return [int(child) for task in os.listdir(f"/proc/{pid}/task") for child in read(f"/proc/{pid}/task/{task}/children").split()]


def state(pid):
    """As proc(5) has it; empty when the process is gone, which it may be before it is missing among its parent's children."""
    return read(f"/proc/{pid}/stat").rpartition(")")[2][1:2]


def peak_mib(pid):
    """The most memory that a process had."""
    return int(re.search(r"VmHWM:\s+(\d+)", read(f"/proc/{pid}/status")).group(1)) / 1024


def cpu_seconds(pid):
    """What a process has used so far."""
    ticks = read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


class Host:
    """Ends with all that runs in it when it is closed."""

    def __init__(self, tool, name, last_pid):
        self.process = subprocess.Popen([tool, "run", name, str(last_pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.init = int(self.process.stdout.readline())
        self.tool = tool

    def inside(self, *command):
        return ["nsenter", "-t", str(self.init), "-p", "-n", "-m", "-u", "-i", "--", *command]

    def run(self, *command, **options):
        return subprocess.run(self.inside(*command), check=True, text=True, **options)

    def spawn(self, directory, script):
        """Starts a tree that belongs to the host's init; its pid there."""
        made = self.run(self.tool, "spawn", directory, "sh", "-c", f"exec {script} </dev/null >/dev/null 2>&1", stdout=subprocess.PIPE)
        return int(made.stdout)

    def kill_all(self, pid):
        """Ends a tree by its root, whose other processes have asked to die with it."""
        self.run("kill", "-KILL", str(pid))
        wait_for(f"the end of {pid}", lambda: self.run("sh", "-c", f"[ -d /proc/{pid} ] && echo yes || echo no",
                                                       stdout=subprocess.PIPE).stdout.strip() == "no")

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


class Hosts:
    def __init__(self, programs):
        """The programs are those of C files beside this one."""
        self.work = tempfile.mkdtemp(prefix="godwit-bench.", dir="/dev/shm")
        for name in programs:
            subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", f"{self.work}/{name}",
                            f"{BENCH}/{name}.c"], check=True)
        tool = subprocess.run([HOSTS, "tool"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
        self.a, self.b = Host(tool, "a", 1000), Host(tool, "b", 60000)
        subprocess.run([HOSTS, "join", str(self.a.init), SOURCE, str(self.b.init), TARGET], check=True)
        # where a program has its sockets, of which each host must see only its own
        self.private = f"{self.work}/private"
        os.mkdir(self.private)
        for host in (self.a, self.b):
            host.run("mount", "-t", "tmpfs", "tmpfs", self.private)
        self.agent = self.source = self.source_agent = self.standby = None
        self.ready = 0

    def start_agent(self):
        log = f"{self.work}/agent.log"
        with open(log, "w", encoding="utf-8") as out:
            self.agent = subprocess.Popen(
                self.b.inside(GODWIT, "target-agent", "--listen", TARGET, "--insecure", "--images-dir", f"{self.work}/images"),
                stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for("the start of the target agent", lambda: "listening" in read(log))
        time.sleep(10)  # an agent rehearses when it starts, and usually has run for days

    def start_source_agent(self):
        """From now on migrations begin with it, as on hosts on which it runs."""
        with open(f"{self.work}/source-agent.log", "w", encoding="utf-8") as out:
            self.source_agent = subprocess.Popen(self.a.inside(GODWIT, "source-agent"), stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                                 start_new_session=True)

    def await_source_agent(self):
        """Waits until it is ready for the next migration."""
        if self.source_agent:
            def ready():
                agents = children(program(self.source_agent))
                log = read(f"{self.work}/source-agent.log")
                return agents and agents[0] != self.standby and log.count("ready on") > self.ready and agents[0]
            self.standby = wait_for("that the source agent is ready", ready)
            self.ready += 1

    def away(self):
        """Whether the process that was ready has done its migration."""
        return self.standby not in children(program(self.source_agent)) or state(self.standby) in ("", "Z")

    def migrating(self):
        """The pid of the process that does the migration."""
        return self.standby or program(self.source)

    def spawn_memory(self, contents, pages, mib):
        """The pid of a process on the first host that has so much memory, when it is filled; see memory.c."""
        ready = f"{self.work}/ready"
        if os.path.exists(ready):
            os.remove(ready)
        pid = self.a.spawn(self.work, f"{self.work}/memory {contents} {pages} {mib} {ready}")
        wait_for("the filling of the memory", lambda: os.path.exists(ready), 120)
        return pid

    def agent_usage(self):
        """CPU seconds so far and the most memory in MiB of the target agent."""
        pid = program(self.agent)
        return cpu_seconds(pid), peak_mib(pid)

    def make_target_yield(self, nice):
        """Gives the session of the target agent less of the processors, which a host of its own would not take from the source."""
        with open(f"/proc/{self.agent.pid}/autogroup", "w", encoding="ascii") as group:
            group.write(str(nice))

    def migrate(self, pid, options, watch):
        """Moves a tree; watch is called with each event. Its report, and CPU seconds and peak MiB of the source's agent."""
        migration = self.source = subprocess.Popen(
            self.a.inside("timeout", "300", GODWIT, "migrate", str(pid), "--to", TARGET, "--insecure", "--json", *options),
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, start_new_session=True)
        report, findings = None, []
        idle = cpu_seconds(self.standby) if self.standby else 0
        for line in migration.stdout:
            event = json.loads(line)
            watch(event)
            findings = event.get("result", {}).get("findings", findings)
            report = event.get("report", report)
            if self.standby:
                try:
                    worked, peak = cpu_seconds(self.standby) - idle, peak_mib(self.standby)
                except (IndexError, AttributeError):
                    pass  # it ends as soon as it has told all
            if event["event"] == "failed":
                raise SystemExit(f"the migration failed: {event['message']} {findings or ''}")
        _, status, used = os.wait4(migration.pid, 0)
        migration.returncode = os.waitstatus_to_exitcode(status)
        if migration.returncode != 0 or report is None:
            raise SystemExit(f"godwit migrate ended with {migration.returncode}\n{read(self.work + '/agent.log')}")
        if self.standby:
            wait_for("the end of the source agent's process, which was not asked if godwit migrate says so above,", self.away, 10)
        asked = used.ru_utime + used.ru_stime
        return (report, asked + worked, peak) if self.standby else (report, asked, used.ru_maxrss / 1024)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for host in (self.a, self.b):
            host.close()
        for agent in (self.agent, self.source_agent):
            if agent:
                agent.wait()
        shutil.rmtree(self.work, ignore_errors=True)
