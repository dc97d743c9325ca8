/* zombies: children that ended by themselves or by a signal and are waited for after the move. */
#include "victim.h"
#include <signal.h>

static pid_t exited, killed;

static void prepare(void)
{
	MUST(exited = fork());
	if (exited == 0)
		_exit(42);
	MUST(killed = fork());
	if (killed == 0) {
		pause();
		_exit(0);
	}
	kill(killed, SIGKILL);
	MUST(waitid(P_PID, exited, NULL, WEXITED | WNOWAIT));
	MUST(waitid(P_PID, killed, NULL, WEXITED | WNOWAIT));
}

static void verify(void)
{
	int status;

	REQUIRE(waitpid(exited, &status, 0) == exited, "wait for the first: %s", strerror(errno));
	REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 42, "its status is %#x", status);
	REQUIRE(waitpid(killed, &status, 0) == killed, "wait for the second: %s", strerror(errno));
	REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "its status is %#x", status);
	REQUIRE(wait(NULL) < 0 && errno == ECHILD, "there is one child too many");
}
