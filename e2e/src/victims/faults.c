/*
 * faults: memory of which each page knows where it was is used in every way right after it was moved: by several threads at the same time,
 * by system calls, by a child, and while it is moved, emptied, unmapped and protected.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS (PAGE / 8)
#define REGION 512UL /* pages */
#define READERS 4
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

enum { THREADS, MOVED, LEFT, HOLES, EMPTIED, FORKED, CALLS, LAST, REGIONS };

static uint64_t *regions[REGIONS];
static pthread_barrier_t together;

static uint64_t value(unsigned long region, unsigned long page, unsigned long word)
{
	uint64_t x = (region << 40) + (page << 16) + word + 1;

	x *= 0xff51afd7ed558ccdULL;
	return x ^ (x >> 29);
}

static void fill(uint64_t *page, unsigned long region, unsigned long number)
{
	for (unsigned long i = 0; i < WORDS; i++)
		page[i] = value(region, number, i);
}

static void check(const uint64_t *at, unsigned long region, unsigned long number, const char *who)
{
	for (unsigned long i = 0; i < WORDS; i += 73)
		REQUIRE(at[i] == value(region, number, i), "%s: page %lu of region %lu, word %lu is %#lx", who, number,
			region, i, at[i]);
}

static void check_zero(const uint64_t *at, unsigned long region, unsigned long number)
{
	for (unsigned long i = 0; i < WORDS; i += 73)
		REQUIRE(at[i] == 0, "page %lu of region %lu, word %lu is %#lx, not 0", number, region, i, at[i]);
}

static void check_all(unsigned long region, const char *who)
{
	for (unsigned long i = 0; i < REGION; i++)
		check(regions[region] + i * WORDS, region, i, who);
}

static void prepare(void)
{
	for (unsigned long r = 0; r < REGIONS; r++) {
		/* apart, so that each is a mapping of its own */
		char *room = mmap(NULL, (REGION + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		REQUIRE(room != MAP_FAILED, "mmap: %s", strerror(errno));
		regions[r] = (uint64_t *)(room + PAGE);
		MUST(mprotect(regions[r], REGION * PAGE, PROT_READ | PROT_WRITE));
		for (unsigned long i = 0; i < REGION; i++)
			fill(regions[r] + i * WORDS, r, i);
	}
	REQUIRE(pthread_barrier_init(&together, NULL, READERS) == 0, "pthread_barrier_init");
}

/* Two go up and two go down, so that they meet, and several wait for the same page. */
static void *read_all(void *argument)
{
	unsigned long number = (unsigned long)argument;

	pthread_barrier_wait(&together);
	for (unsigned long i = 0; i < REGION; i++) {
		unsigned long page = number % 2 ? REGION - 1 - i : i;

		check(regions[THREADS] + page * WORDS, THREADS, page, "a thread");
	}
	return NULL;
}

/* The mapping stays where it was, and is empty; what comes there afterwards is its own. */
static void leave(void)
{
	uint64_t *left = regions[LEFT];
	void *moved = mremap(left, REGION * PAGE, REGION * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);

	REQUIRE(moved != MAP_FAILED && moved != left, "mremap: %s", strerror(errno));
	regions[LEFT] = moved;
	for (unsigned long i = 0; i < REGION; i += 5)
		check_zero(left + i * WORDS, LEFT, i);
	fill(left, LEFT, 7);
	check(left, LEFT, 7, "what was left");
	for (unsigned long i = 0; i < REGION; i += 7)
		check(regions[LEFT] + i * WORDS, LEFT, i, "MREMAP_DONTUNMAP");
	MUST(munmap(left, REGION * PAGE));
	check_all(LEFT, "MREMAP_DONTUNMAP");
}

static void in_a_child(void)
{
	pid_t child = fork();

	MUST(child);
	if (child == 0) {
		check_all(FORKED, "the child");
		check_all(LAST, "the child");
		_exit(0);
	}
	for (unsigned long i = 0; i < REGION; i += 3)
		memset(regions[FORKED] + i * WORDS, 7, PAGE);
	reap(child);
	for (unsigned long i = 1; i < REGION; i += 3)
		check(regions[FORKED] + i * WORDS, FORKED, i, "the parent");
}

static void by_system_calls(void)
{
	uint64_t page[WORDS];
	int fd = open(path_of("pages"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	MUST(fd);
	REQUIRE(write(fd, regions[CALLS], REGION / 2 * PAGE) == (ssize_t)(REGION / 2 * PAGE), "write: %s", strerror(errno));
	for (unsigned long i = 0; i < REGION / 2; i++) {
		REQUIRE(pread(fd, page, PAGE, i * PAGE) == (ssize_t)PAGE, "pread: %s", strerror(errno));
		check(page, CALLS, i, "write(2)");
	}
	/* half a page is read into, the other half must stay */
	REQUIRE(pread(fd, regions[CALLS] + (REGION - 1) * WORDS, PAGE / 2, 0) == (ssize_t)PAGE / 2, "pread");
	REQUIRE(regions[CALLS][(REGION - 1) * WORDS] == value(CALLS, 0, 0), "what was read is not there");
	REQUIRE(regions[CALLS][REGION * WORDS - 1] == value(CALLS, REGION - 1, WORDS - 1), "what was beside it is lost");
	close(fd);
}

static void verify(void)
{
	pthread_t readers[READERS];
	char *moved, *hole = (char *)regions[HOLES];

	for (unsigned long i = 0; i < READERS; i++)
		REQUIRE(pthread_create(&readers[i], NULL, read_all, (void *)i) == 0, "pthread_create");
	moved = mremap(regions[MOVED], REGION * PAGE, 2 * REGION * PAGE, MREMAP_MAYMOVE);
	REQUIRE(moved != MAP_FAILED && moved != (char *)regions[MOVED], "mremap: %s", strerror(errno));
	regions[MOVED] = (uint64_t *)moved;
	leave();
	MUST(munmap(hole + 64 * PAGE, 128 * PAGE));
	REQUIRE(mmap(hole + 64 * PAGE, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
			hole + 64 * PAGE,
		"mmap: %s", strerror(errno));
	MUST(madvise((char *)regions[EMPTIED] + 100 * PAGE, 200 * PAGE, MADV_DONTNEED));
	MUST(mprotect((char *)regions[LAST] + 10 * PAGE, 3 * PAGE, PROT_READ));
	in_a_child();
	by_system_calls();
	for (unsigned long i = 0; i < 2 * REGION; i++) {
		if (i < REGION)
			check(regions[MOVED] + i * WORDS, MOVED, i, "mremap(2)");
		else
			check_zero(regions[MOVED] + i * WORDS, MOVED, i);
	}
	for (unsigned long i = 0; i < REGION; i++) {
		if (i < 64 || i >= 192)
			check(regions[HOLES] + i * WORDS, HOLES, i, "munmap(2)");
		else if (i < 128)
			check_zero(regions[HOLES] + i * WORDS, HOLES, i);
		if (i < 100 || i >= 300)
			check(regions[EMPTIED] + i * WORDS, EMPTIED, i, "madvise(2)");
		else
			check_zero(regions[EMPTIED] + i * WORDS, EMPTIED, i);
	}
	for (unsigned long i = 0; i < READERS; i++)
		REQUIRE(pthread_join(readers[i], NULL) == 0, "pthread_join");
}
