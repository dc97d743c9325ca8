/* pidfd: descriptors of the own process, of a child, of a zombie and of a process that is gone stand for the same as before. */
#include "victim.h"
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

static int self, other, again, zombie, gone, also_gone;
static pid_t child, dead;

static int pidfd_of(pid_t pid, unsigned flags)
{
	int fd = syscall(SYS_pidfd_open, pid, flags);

	MUST(fd);
	return fd;
}

static int ended(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	MUST(poll(&poller, 1, 0));
	return poller.revents & POLLIN;
}

static int signals(int fd, int signal)
{
	return syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}

static void prepare(void)
{
	pid_t short_lived;
	siginfo_t info;

	self = pidfd_of(getpid(), 0);
	MUST(child = fork());
	if (child == 0) {
		for (;;)
			pause();
	}
	other = pidfd_of(child, O_NONBLOCK);
	MUST(again = dup(other));
	MUST(dead = fork());
	if (dead == 0)
		_exit(7);
	zombie = pidfd_of(dead, 0);
	MUST(waitid(P_PID, dead, &info, WEXITED | WNOWAIT));
	MUST(short_lived = fork());
	if (short_lived == 0)
		_exit(0);
	gone = pidfd_of(short_lived, 0);
	also_gone = pidfd_of(short_lived, O_NONBLOCK);
	reap(short_lived);
}

static void verify(void)
{
	siginfo_t info = {0};
	int status;

	REQUIRE(!ended(self) && !ended(other) && ended(zombie), "a descriptor is of another process");
	REQUIRE(signals(self, 0) == 0, "the own process: %s", strerror(errno));
	REQUIRE(signals(gone, 0) < 0 && errno == ESRCH, "what is gone is there again");
	REQUIRE(signals(also_gone, 0) < 0 && errno == ESRCH, "what is gone is there again");
	REQUIRE(fcntl(also_gone, F_GETFL) & O_NONBLOCK && !(fcntl(gone, F_GETFL) & O_NONBLOCK), "two descriptions are one");
	REQUIRE(fcntl(other, F_GETFL) & O_NONBLOCK && !(fcntl(self, F_GETFL) & O_NONBLOCK), "O_NONBLOCK is lost");
	REQUIRE(waitid(P_PIDFD, other, &info, WEXITED) < 0 && errno == EAGAIN, "waitid does not say EAGAIN");
	MUST(fcntl(again, F_SETFL, 0));
	REQUIRE(!(fcntl(other, F_GETFL) & O_NONBLOCK), "what was one description is two");
	MUST(waitid(P_PIDFD, zombie, &info, WEXITED));
	REQUIRE(info.si_pid == dead && info.si_status == 7, "the zombie is %d with %d", info.si_pid, info.si_status);
	MUST(signals(again, SIGTERM));
	REQUIRE(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
		"the child ended with %#x", status);
}
