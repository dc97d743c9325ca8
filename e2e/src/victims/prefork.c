/*
 * prefork: a server that fills 64 MiB and then forks four workers, each of which changes some pages of its own; the last
 * worker forks one more. All other pages stay shared by copy-on-write.
 */
#include "victim.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS (PAGE / 8)
#define PAGES 16384UL
#define WORKERS 4UL
/* Of as many pages a process changes one. */
#define STRIDE 128UL

static uint64_t *memory;
static pid_t workers[WORKERS];

static uint64_t word(unsigned long page, unsigned long i, unsigned long owner)
{
	return (page * WORDS + i) * 0x9e3779b97f4a7c15ULL + owner;
}

static void fill(unsigned long page, unsigned long owner)
{
	for (unsigned long i = 0; i < WORDS; i++)
		memory[page * WORDS + i] = word(page, i, owner);
}

static void fill_own(unsigned long owner)
{
	for (unsigned long page = owner; page < PAGES; page += STRIDE)
		fill(page, owner);
}

/* The process has the pages of its ancestors' making, too. */
static void check(unsigned long self, unsigned long ancestor)
{
	for (unsigned long page = 0; page < PAGES; page++) {
		unsigned long mark = page % STRIDE;
		unsigned long owner = mark == self || mark == ancestor ? mark : 0;

		for (unsigned long i = 0; i < WORDS; i++)
			REQUIRE(memory[page * WORDS + i] == word(page, i, owner), "process %lu: word %lu of page %lu is %#lx",
				self, i, page, memory[page * WORDS + i]);
	}
}

static void work(unsigned long self)
{
	char name[32];
	pid_t child = -1;
	unsigned long ancestor = self;

	fill_own(self);
	if (self == WORKERS) {
		child = fork();
		MUST(child);
		if (child == 0) {
			self++;
			fill_own(self);
		}
	}
	snprintf(name, sizeof(name), "worker-%lu", self);
	tell(name);
	wait_until_moved();
	check(self, ancestor);
	if (child > 0)
		reap(child);
	_exit(0);
}

static void prepare(void)
{
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	for (unsigned long page = 0; page < PAGES; page++)
		fill(page, 0);
	for (unsigned long i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		MUST(workers[i]);
		if (workers[i] == 0)
			work(i + 1);
	}
	await("worker-1");
	await("worker-2");
	await("worker-3");
	await("worker-4");
	await("worker-5");
}

static void verify(void)
{
	check(0, 0);
	for (unsigned long i = 0; i < WORKERS; i++)
		reap(workers[i]);
}
