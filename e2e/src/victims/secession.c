/*
 * secession: processes that begin a session of their own while they have a child, which stays in the old one. Each does it some
 * time after its start and is replaced by another some time later, so that some of them do it between any two looks.
 */
#include "victim.h"
#include <signal.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define PAGES 64
#define SLOTS 12
#define SHIFT_US 45000
#define LOYAL_MS 150
#define ALONE_MS 400
#define STEP_MS 5

static char *const memory = (char *)0x520000000000;

static uint64_t value(pid_t owner, int page)
{
	return (uint64_t)owner << 32 | page;
}

static void fill(pid_t owner, int first)
{
	for (int i = first; i < PAGES; i += 2)
		*(uint64_t *)(memory + i * PAGE) = value(owner, i);
}

static void check(const char *who, pid_t owner, int first)
{
	for (int i = first; i < PAGES; i += 2)
		REQUIRE(*(uint64_t *)(memory + i * PAGE) == value(owner, i), "page %d of a %s is %#lx", i, who,
			*(uint64_t *)(memory + i * PAGE));
}

/* Whether it is time to verify. */
static int moved_within(int ms)
{
	for (; ms > 0 && !exists("go"); ms -= STEP_MS)
		usleep(STEP_MS * 1000);
	return exists("go");
}

static void stay(pid_t parent, pid_t session)
{
	fill(getpid(), 1);
	wait_until_moved();
	check("child", parent, 0);
	check("child", getpid(), 1);
	REQUIRE(getppid() == parent, "the parent of a child is %d and was %d", getppid(), parent);
	REQUIRE(getsid(0) == session, "the session of a child is %d and was %d", getsid(0), session);
	_exit(0);
}

static void secede(void)
{
	pid_t session = getsid(0), own = getpid(), child;
	int moved;

	enter("child");
	fill(own, 0);
	fill(own, 1);
	child = fork();
	MUST(child);
	if (child == 0)
		stay(own, session);
	moved = moved_within(LOYAL_MS);
	if (!moved) {
		MUST(setsid());
		session = own;
		moved = moved_within(ALONE_MS);
	}
	if (!moved) {
		MUST(kill(child, SIGKILL));
		MUST(waitpid(child, NULL, 0));
		_exit(0);
	}
	check("parent", own, 0);
	check("parent", own, 1);
	REQUIRE(getsid(0) == session, "the session of a parent is %d and was %d", getsid(0), session);
	reap(child);
	_exit(0);
}

static void replace(int slot)
{
	usleep(slot * SHIFT_US);
	while (!exists("go")) {
		pid_t process = fork();

		MUST(process);
		if (process == 0)
			secede();
		reap(process);
	}
	_exit(0);
}

static pid_t slots[SLOTS];

static void prepare(void)
{
	char *at = mmap(memory, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			-1, 0);

	REQUIRE(at == memory, "mmap: %s", strerror(errno));
	enter("process");
	for (int i = 0; i < SLOTS; i++) {
		slots[i] = fork();
		MUST(slots[i]);
		if (slots[i] == 0)
			replace(i);
	}
}

static void verify(void)
{
	for (int i = 0; i < SLOTS; i++)
		reap(slots[i]);
}
