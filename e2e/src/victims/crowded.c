/*
 * crowded: once its writes are tracked, and so the first round has told of its mappings, it maps the middle of its largest gap, which a restore
 * may have taken for itself, writes there, and forks.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define PAGE 4096UL
#define BALLAST (32UL << 20)
#define LOWEST 0x10000000UL
#define CROWD (4UL << 40)
#define STEP (2UL << 20)
#define STEPS 64

static uint64_t *ballast;
static char *crowd;
static pid_t early, late;
static volatile int crowded;
/* The network namespace, which is another one at the target. */
static char before[64], then[64];

/* The middle of the largest gap between this process's mappings. */
static unsigned long middle(void)
{
	unsigned long start, end, at = LOWEST, largest = 0, found = 0;
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");

	REQUIRE(maps != NULL, "maps: %s", strerror(errno));
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx", &start, &end) != 2 || start >> 47)
			continue;
		if (start > at && start - at > largest) {
			largest = start - at;
			found = at + largest / 2;
		}
		at = end > at ? end : at;
	}
	fclose(maps);
	REQUIRE(largest > 2 * CROWD, "the largest gap has %lu bytes", largest);
	return found & -STEP;
}

/* The places around the middle of what is mapped. */
static uint64_t *place(int step)
{
	return (uint64_t *)(crowd + CROWD / 2 + (step - STEPS / 2) * (long)STEP);
}

static void check(const char *who)
{
	for (int i = 0; i < STEPS; i++)
		REQUIRE(*place(i) == 0xc0ffee00UL + i, "%s has %#lx at %p", who, *place(i), (void *)place(i));
}

static void where(char *namespace)
{
	MUST(readlink("/proc/self/ns/net", namespace, sizeof(before) - 1));
}

static void take_room(void)
{
	void *at = (void *)(middle() - CROWD / 2);

	crowd = mmap(at, CROWD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	REQUIRE(crowd == at, "mmap: %s", strerror(errno));
	for (int i = 0; i < STEPS; i++) {
		MUST(mprotect(place(i), PAGE, PROT_READ | PROT_WRITE));
		*place(i) = 0xc0ffee00UL + i;
	}
	late = fork();
	MUST(late);
	if (late == 0) {
		wait_until_moved();
		check("the child");
		_exit(0);
	}
	where(then);
	crowded = 1;
}

/* Whether a write to a page that is there faults, as it does once it is tracked. No file is opened for it: the pre-flight would look at that. */
static int tracked(void)
{
	struct rusage first, second;

	MUST(getrusage(RUSAGE_THREAD, &first));
	*(volatile uint64_t *)ballast += 1;
	MUST(getrusage(RUSAGE_THREAD, &second));
	return second.ru_minflt != first.ru_minflt;
}

static void *work(void *unused)
{
	(void)unused;
	/* The first write after a fork faults too. */
	tracked();
	while (!tracked())
		usleep(1000);
	take_room();
	return NULL;
}

static void prepare(void)
{
	pthread_t worker;
	uint64_t value = 88172645463325252UL;

	ballast = mmap(NULL, BALLAST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(ballast != MAP_FAILED, "mmap: %s", strerror(errno));
	/* What can not be compressed keeps the first round going for a while. */
	for (unsigned long i = 0; i < BALLAST / 8; i++) {
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		ballast[i] = value;
	}
	where(before);
	early = fork();
	MUST(early);
	if (early == 0) {
		wait_until_moved();
		_exit(0);
	}
	REQUIRE(pthread_create(&worker, NULL, work, NULL) == 0, "pthread_create");
}

static void verify(void)
{
	REQUIRE(crowded && strcmp(before, then) == 0, "it was moved before it mapped anything");
	check("the parent");
	reap(early);
	reap(late);
}
