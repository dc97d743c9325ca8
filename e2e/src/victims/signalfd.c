/* signalfd: its mask, and a signal that was pending before the move and is read after it. */
#include "victim.h"
#include <signal.h>
#include <sys/signalfd.h>

static int fd;

static void prepare(void)
{
	union sigval value = {.sival_int = 1234};
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigaddset(&mask, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	MUST(fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC));
	MUST(sigqueue(getpid(), SIGRTMIN + 3, value));
}

static void verify(void)
{
	struct signalfd_siginfo info;

	REQUIRE(read(fd, &info, sizeof(info)) == sizeof(info), "the pending signal: %s", strerror(errno));
	REQUIRE(info.ssi_signo == (unsigned)SIGRTMIN + 3 && info.ssi_int == 1234, "signal %u with %d", info.ssi_signo,
		info.ssi_int);
	REQUIRE(info.ssi_pid == (unsigned)getpid(), "it was sent by %u", info.ssi_pid);
	REQUIRE(read(fd, &info, sizeof(info)) < 0 && errno == EAGAIN, "one signal too many");
	kill(getpid(), SIGUSR1);
	REQUIRE(read(fd, &info, sizeof(info)) == sizeof(info) && info.ssi_signo == SIGUSR1, "a signal after the move: %s",
		strerror(errno));
}
