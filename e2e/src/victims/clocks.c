/* clocks: time read through the vdso goes on and never back; restartable sequences still know the processor. */
#include "victim.h"
#include <sched.h>
#include <sys/rseq.h>
#include <time.h>

static struct timespec monotonic, boot;

static double since(struct timespec before, struct timespec after)
{
	return after.tv_sec - before.tv_sec + (after.tv_nsec - before.tv_nsec) / 1e9;
}

static void prepare(void)
{
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	clock_gettime(CLOCK_BOOTTIME, &boot);
}

static void verify(void)
{
	struct rseq *rseq = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	REQUIRE(since(monotonic, now) > 0 && since(monotonic, now) < 3600, "monotonic went on by %f s",
		since(monotonic, now));
	clock_gettime(CLOCK_BOOTTIME, &now);
	REQUIRE(since(boot, now) > 0, "the boot clock went back");
	if (__rseq_size == 0)
		return;
	for (int cpu = 0; cpu < 2; cpu++) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			REQUIRE((int)rseq->cpu_id == cpu, "rseq says processor %d on %d", (int)rseq->cpu_id, cpu);
	}
}
