/* barriers: what a process is registered for at membarrier(2) it may use after the move, with another thread too. */
#include "victim.h"
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>

#define GET_REGISTRATIONS (1 << 9)

static const int wanted = MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
static long told;

static long barrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0);
}

static void *sleeper(void *nothing)
{
	while (1)
		pause();
	return nothing;
}

static void prepare(void)
{
	pthread_t thread;

	MUST(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
	MUST(barrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED));
	told = barrier(GET_REGISTRATIONS);
	REQUIRE(told < 0 || told == wanted, "registered for %#lx", told);
	REQUIRE(pthread_create(&thread, NULL, sleeper, NULL) == 0, "no thread");
}

static void verify(void)
{
	if (told < 0)
		return; /* a kernel before 6.3 tells nobody */
	REQUIRE(barrier(GET_REGISTRATIONS) == wanted, "registered for %#lx", barrier(GET_REGISTRATIONS));
	MUST(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}
