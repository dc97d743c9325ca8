/* disowned: a process that began a session after its child had ended in the old one, and waits for the child after the move. */
#include "victim.h"

static pid_t leader;

static void lead(void)
{
	pid_t child = fork();
	int status;

	MUST(child);
	if (child == 0)
		_exit(42);
	MUST(waitid(P_PID, child, NULL, WEXITED | WNOWAIT));
	MUST(setsid());
	tell("alone");
	wait_until_moved();
	REQUIRE(waitpid(0, &status, WNOHANG) < 0 && errno == ECHILD, "the child is in the group of its parent");
	REQUIRE(waitpid(child, &status, 0) == child, "wait: %s", strerror(errno));
	REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 42, "its status is %#x", status);
	_exit(0);
}

static void prepare(void)
{
	MUST(leader = fork());
	if (leader == 0)
		lead();
	await("alone");
}

static void verify(void)
{
	reap(leader);
}
