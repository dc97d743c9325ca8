/*
 * succession: when told `again`, a child gives its pid to another with other memory, and a second one executes its
 * program anew. What each holds is at the same addresses in either life, so that no page may be left over.
 */
#include "victim.h"
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define PAGES 64
#define SECOND_LIFE "GODWIT_SECOND_LIFE"

static char *const memory = (char *)0x510000000000;

/* Each life writes some of the pages, and leaves others as the kernel gives them. */
static uint64_t value(int life, int page)
{
	if (life == 1)
		return page < 48 ? 1000 + page : 0;
	return page >= 16 && page < 24 ? 2000 + page : 0;
}

static void live(int life, const char *told)
{
	char *at = mmap(memory, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			-1, 0);

	REQUIRE(at == memory, "mmap: %s", strerror(errno));
	for (int i = 0; i < PAGES; i++)
		if (value(life, i))
			*(uint64_t *)(memory + i * PAGE) = value(life, i);
	tell(told);
}

static void check(int life)
{
	for (int i = 0; i < PAGES; i++)
		REQUIRE(*(uint64_t *)(memory + i * PAGE) == value(life, i), "page %d is %lu in life %d", i,
			*(uint64_t *)(memory + i * PAGE), life);
	_exit(0);
}

static void heir(int life, const char *told)
{
	live(life, told);
	wait_until_moved();
	check(life);
}

static void renewed(void)
{
	live(1, "renewed-1");
	while (!exists("go"))
		if (exists("again")) {
			MUST(setenv(SECOND_LIFE, "1", 1));
			execl("/proc/self/exe", "succession", directory, NULL);
			FAIL("execl: %s", strerror(errno));
		} else
			usleep(2000);
	check(1);
}

static pid_t fork_as(pid_t pid)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};

	return syscall(SYS_clone3, &arguments, sizeof(arguments));
}

static void manage(void)
{
	pid_t second, first = fork();

	MUST(first);
	if (first == 0)
		heir(1, "heir-1");
	second = fork();
	MUST(second);
	if (second == 0)
		renewed();
	while (!exists("go") && !exists("again"))
		usleep(2000);
	if (exists("again")) {
		MUST(kill(first, SIGKILL));
		MUST(waitpid(first, NULL, 0));
		pid_t child = fork_as(first);
		MUST(child);
		if (child == 0)
			heir(2, "heir-2");
	}
	reap(first);
	reap(second);
	_exit(0);
}

static pid_t manager;

static void prepare(void)
{
	if (getenv(SECOND_LIFE))
		heir(2, "renewed-2");
	manager = fork();
	MUST(manager);
	if (manager == 0)
		manage();
	await("heir-1");
	await("renewed-1");
}

static void verify(void)
{
	reap(manager);
}
