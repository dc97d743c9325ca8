/* eventfd: counters, a semaphore, non-blocking, and one that a child waits on. */
#include "victim.h"
#include <sys/eventfd.h>

static int counter, semaphore, bell;
static pid_t child;

static void prepare(void)
{
	uint64_t value = 41;

	MUST(counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
	REQUIRE(write(counter, &value, 8) == 8, "write: %s", strerror(errno));
	MUST(semaphore = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK));
	MUST(bell = eventfd(0, 0));
	MUST(child = fork());
	if (child == 0) {
		REQUIRE(read(bell, &value, 8) == 8 && value == 7, "the bell rang %lu times", value);
		_exit(0);
	}
}

static void verify(void)
{
	uint64_t value = 1;

	REQUIRE(write(counter, &value, 8) == 8 && read(counter, &value, 8) == 8, "counter: %s", strerror(errno));
	REQUIRE(value == 42, "the counter is %lu", value);
	REQUIRE(read(counter, &value, 8) < 0 && errno == EAGAIN, "an empty counter blocks");
	for (int i = 0; i < 3; i++)
		REQUIRE(read(semaphore, &value, 8) == 8 && value == 1, "turn %d of the semaphore gives %lu", i, value);
	REQUIRE(read(semaphore, &value, 8) < 0 && errno == EAGAIN, "the semaphore gives more than it had");
	value = 7;
	REQUIRE(write(bell, &value, 8) == 8, "bell: %s", strerror(errno));
	reap(child);
}
