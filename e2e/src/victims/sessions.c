/* sessions: a tree of children with process groups and sessions of their own. */
#include "victim.h"
#include <signal.h>
#include <sys/prctl.h>

#define SHOULD_BE(what, expected) REQUIRE((what) == (expected), #what " is %d and was %d", (int)(what), (int)(expected))

static pid_t leader, member, session, below;

struct identity {
	pid_t pid, parent, group, session;
};

static struct identity identity(void)
{
	return (struct identity){getpid(), getppid(), getpgid(0), getsid(0)};
}

static void wait_and_compare(void)
{
	struct identity before = identity();

	wait_until_moved();
	SHOULD_BE(getpid(), before.pid);
	SHOULD_BE(getppid(), before.parent);
	SHOULD_BE(getpgid(0), before.group);
	SHOULD_BE(getsid(0), before.session);
}

static pid_t child(void (*work)(void))
{
	int hear[2];
	char byte;
	pid_t pid;

	MUST(pipe(hear));
	pid = fork();
	MUST(pid);
	if (pid == 0) {
		close(hear[0]);
		work();
		REQUIRE(write(hear[1], "r", 1) == 1, "write");
		close(hear[1]);
		wait_and_compare();
		while (wait(NULL) > 0)
			;
		_exit(0);
	}
	close(hear[1]);
	REQUIRE(read(hear[0], &byte, 1) == 1, "a child did not start");
	close(hear[0]);
	return pid;
}

static void lead_group(void)
{
	MUST(setpgid(0, 0));
}

static void nothing(void)
{
}

static void join_group(void)
{
	MUST(setpgid(0, leader));
}

static void lead_session(void)
{
	MUST(setsid());
	child(lead_group);
	child(nothing);
}

static struct identity root;

static void prepare(void)
{
	root = identity();
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	leader = child(lead_group);
	member = child(join_group);
	session = child(lead_session);
	below = child(nothing);
}

static void verify(void)
{
	int subreaper = 0;

	MUST(prctl(PR_GET_CHILD_SUBREAPER, &subreaper));
	REQUIRE(subreaper == 1, "no longer a subreaper");
	SHOULD_BE(getpid(), root.pid);
	SHOULD_BE(getppid(), root.parent);
	SHOULD_BE(getpgid(0), root.group);
	SHOULD_BE(getsid(0), root.session);
	reap(leader);
	reap(session);
	reap(below);
	reap(member);
}
