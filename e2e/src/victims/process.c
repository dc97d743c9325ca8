/* process: limits, umask, working directory, name, niceness, dumpable, parent-death signal, scheduling policy. */
#include "victim.h"
#include <signal.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static pid_t child;

static void limit(int resource, rlim_t soft, rlim_t hard)
{
	MUST(setrlimit(resource, &(struct rlimit){soft, hard}));
}

static void is_limited(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit now;

	MUST(getrlimit(resource, &now));
	REQUIRE(now.rlim_cur == soft && now.rlim_max == hard, "limit %d is %lu, %lu", resource, now.rlim_cur, now.rlim_max);
}

static void prepare(void)
{
	MUST(mkdir(path_of("cwd"), 0777));
	MUST(chdir(path_of("cwd")));
	umask(0137);
	limit(RLIMIT_NOFILE, 123, 456);
	limit(RLIMIT_CORE, 0, 4096);
	limit(RLIMIT_STACK, 1 << 20, 1 << 24);
	MUST(prctl(PR_SET_NAME, "odd (name) x"));
	MUST(setpriority(PRIO_PROCESS, 0, 7));
	child = fork();
	MUST(child);
	if (child == 0) {
		int signal = 0;

		MUST(prctl(PR_SET_PDEATHSIG, SIGUSR1));
		MUST(prctl(PR_SET_DUMPABLE, 1));
		MUST(sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0}));
		tell("child");
		wait_until_moved();
		MUST(prctl(PR_GET_PDEATHSIG, &signal));
		REQUIRE(signal == SIGUSR1, "the parent-death signal is %d", signal);
		REQUIRE(sched_getscheduler(0) == SCHED_BATCH, "the scheduling policy is %d", sched_getscheduler(0));
		_exit(0);
	}
	await("child");
}

static void verify(void)
{
	char name[17] = "", cwd[4096];

	REQUIRE(getcwd(cwd, sizeof(cwd)) && strcmp(cwd, path_of("cwd")) == 0, "the working directory is %s", cwd);
	is_limited(RLIMIT_NOFILE, 123, 456);
	is_limited(RLIMIT_CORE, 0, 4096);
	is_limited(RLIMIT_STACK, 1 << 20, 1 << 24);
	MUST(prctl(PR_GET_NAME, name));
	REQUIRE(strcmp(name, "odd (name) x") == 0, "the name is '%s'", name);
	REQUIRE(getpriority(PRIO_PROCESS, 0) == 7, "the niceness is %d", getpriority(PRIO_PROCESS, 0));
	REQUIRE(prctl(PR_GET_DUMPABLE) == 1, "dumpable is %d", prctl(PR_GET_DUMPABLE));
	reap(child);
	REQUIRE(umask(0) == 0137, "the umask changed");
}
