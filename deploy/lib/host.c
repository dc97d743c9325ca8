/*
 * A host on this machine: an init with pid, net, mount, uts and ipc namespaces of its own.
 *
 *   host run NAME LAST_PID         makes the host, prints the pid of its init, and keeps it until stdin closes
 *   host spawn DIR COMMAND...      (inside a host) starts COMMAND in DIR as leader of a session of its own, a child of
 *                                  init, with /dev/null for its standard streams; prints its pid
 *
 * A host lives as long as somebody holds its stdin open, so a killed test or demo leaves nothing behind. LAST_PID is the
 * last pid that counts as used, so that two hosts hand out pids from different ranges.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int failed, const char *what)
{
	if (failed) {
		fprintf(stderr, "host: cannot %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

static void loopback_up(void)
{
	struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(request.ifr_name, "lo");
	check(fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request), "bring up lo");
	close(fd);
}

static void write_last_pid(const char *last_pid)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	check(fd < 0 || write(fd, last_pid, strlen(last_pid)) < 0, "write /proc/sys/kernel/ns_last_pid");
	close(fd);
}

static void on_child(int signal)
{
	(void)signal; /* only has to end ppoll() */
}

/* Pid 1 of the host: reaps whatever is orphaned, and takes all down with it when stdin closes. */
static void init(const char *name, const char *last_pid, int ready)
{
	struct sigaction action = {.sa_handler = on_child};
	struct pollfd input = {.fd = 0, .events = POLLIN};
	sigset_t child, none;

	check(prctl(PR_SET_PDEATHSIG, SIGKILL), "ask to die with the parent");
	check(setsid() < 0, "start a session");
	check(sethostname(name, strlen(name)), "set the host name");
	check(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "make the mounts private");
	check(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "mount /proc");
	check(mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620"), "mount /dev/pts");
	check(mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"), "mount /run");
	loopback_up();
	write_last_pid(last_pid);
	prctl(PR_SET_NAME, "host-init");

	sigemptyset(&none);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	sigaction(SIGCHLD, &action, NULL);
	check(write(ready, "", 1) != 1, "say that the host is ready");
	close(ready);
	for (;;) {
		char ignored[64];

		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (ppoll(&input, 1, NULL, &none) > 0 && read(0, ignored, sizeof(ignored)) <= 0)
			exit(0);
	}
}

static int run(const char *name, const char *last_pid)
{
	int status, ready[2];
	pid_t pid;
	char byte;

	check(pipe2(ready, O_CLOEXEC), "make a pipe");
	check(unshare(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC), "make namespaces");
	pid = fork();
	check(pid < 0, "fork");
	if (pid == 0) {
		init(name, last_pid, ready[1]);
		return 1;
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		return 1;
	printf("%d\n", pid);
	fflush(stdout);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int spawn(char **arguments)
{
	int answer[2], null, pid = 0, between;

	check(pipe2(answer, O_CLOEXEC), "make a pipe");
	if (fork() == 0) {
		check(chdir(arguments[0]), arguments[0]);
		between = getpid();
		pid = fork();
		if (pid != 0)
			_exit(0);
		/* The command must not see a parent that is about to go. */
		while (getppid() == between)
			usleep(100);
		setsid();
		pid = getpid();
		if (write(answer[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		if (null > 2)
			close(null);
		close_range(3, ~0U, 0);
		execvp(arguments[1], arguments + 1);
		_exit(127);
	}
	close(answer[1]);
	check(read(answer[0], &pid, sizeof(pid)) != sizeof(pid), "start the command");
	printf("%d\n", pid);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "run") == 0)
		return run(argv[2], argv[3]);
	if (argc >= 4 && strcmp(argv[1], "spawn") == 0)
		return spawn(argv + 2);
	fprintf(stderr, "usage: host run NAME LAST_PID | host spawn DIR COMMAND...\n");
	return 2;
}
