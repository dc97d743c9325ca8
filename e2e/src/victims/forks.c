/*
 * forks: a tree of processes that write to memory which they share by copy-on-write, fork and end without a pause. Each knows
 * what every page must hold. What they do follows from the number in DIRECTORY/seed.
 */
#include "victim.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS (PAGE / 8)
#define PAGES 1024UL
#define MOST 12
#define DEPTH 4

static uint64_t *memory;
/* What each page holds; the process's own, as the pages are. */
static uint64_t model[PAGES];
static uint64_t state;
static int depth, own_children;
/* Shared by all. */
static int *alive;

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void check(unsigned long page)
{
	for (unsigned long i = 0; i < WORDS; i += 73)
		REQUIRE(memory[page * WORDS + i] == model[page], "depth %d: page %lu holds %#lx and not %#lx", depth, page,
			memory[page * WORDS + i], model[page]);
}

static void fill(unsigned long page, uint64_t value)
{
	for (unsigned long i = 0; i < WORDS; i++)
		memory[page * WORDS + i] = value;
	model[page] = value;
}

static void give_back(unsigned long page)
{
	unsigned long count = 1 + random_number() % 16;

	if (count > PAGES - page)
		count = PAGES - page;
	MUST(madvise(memory + page * WORDS, count * PAGE, MADV_DONTNEED));
	memset(model + page, 0, count * sizeof(model[0]));
}

static void reap_some(int flags)
{
	int status;

	while (own_children > 0 && waitpid(-1, &status, flags) > 0) {
		REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ended with status %#x", status);
		own_children--;
	}
}

static void grow(void)
{
	uint64_t seed = random_number();
	pid_t child;

	if (depth == DEPTH || __atomic_add_fetch(alive, 1, __ATOMIC_ACQ_REL) > MOST) {
		if (depth < DEPTH)
			__atomic_sub_fetch(alive, 1, __ATOMIC_ACQ_REL);
		return;
	}
	child = fork();
	MUST(child);
	if (child == 0) {
		state = seed;
		depth++;
		own_children = 0;
	} else {
		own_children++;
	}
}

/* A child that has none itself may go at any time. */
static void maybe_end(void)
{
	if (depth == 0 || own_children > 0)
		return;
	for (unsigned long page = 0; page < PAGES; page++)
		check(page);
	__atomic_sub_fetch(alive, 1, __ATOMIC_ACQ_REL);
	_exit(0);
}

static void change(void)
{
	unsigned long page = random_number() % PAGES;

	check(page);
	switch (random_number() % 400) {
	case 0:
		grow();
		break;
	case 1:
		maybe_end();
		break;
	case 2:
	case 3:
		give_back(page);
		break;
	case 4:
		fill(page, 0);
		break;
	default:
		if (random_number() % 8 == 0)
			fill(page, random_number());
	}
}

static void run(void)
{
	while (!exists("go")) {
		for (int i = 0; i < 100; i++)
			change();
		reap_some(WNOHANG);
		usleep(200);
	}
	for (unsigned long page = 0; page < PAGES; page++)
		check(page);
	reap_some(0);
}

static void prepare(void)
{
	FILE *seed = fopen(path_of("seed"), "r");

	REQUIRE(!seed || fscanf(seed, "%lu", &state) == 1, "no number in %s", path_of("seed"));
	if (seed)
		fclose(seed);
	state = state * 2 + 1;
	alive = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(alive != MAP_FAILED, "mmap: %s", strerror(errno));
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	for (unsigned long page = 0; page < PAGES; page++)
		fill(page, random_number());
	for (int i = 0; i < 2000; i++)
		change();
	if (depth > 0) {
		run();
		_exit(0);
	}
}

static void verify(void)
{
	run();
}
