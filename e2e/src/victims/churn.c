/*
 * churn: two processes that change their mappings and their pages without a pause, and know what every page must hold.
 * Children come and go. What is read is checked all the time, and all of it in the end.
 */
#include "victim.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define REGIONS 48
#define PAGES 24
#define WORDS (PAGE / sizeof(uint64_t))

static char *regions[REGIONS];
static uint64_t model[REGIONS][PAGES];
static int protected[REGIONS];
static uint64_t state;
static pid_t children[2];

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t *page_of(int region, int page)
{
	return (uint64_t *)(regions[region] + page * PAGE);
}

static void check(int region, int page)
{
	uint64_t *words = page_of(region, page);
	uint64_t wanted = model[region][page];
	size_t probes[] = {0, 1, WORDS / 2, WORDS - 1};

	for (int i = 0; i < 4; i++)
		REQUIRE(words[probes[i]] == wanted, "page %d of region %d at %p holds %lx, not %lx", page, region,
			(void *)words, words[probes[i]], wanted);
}

/* Many pages are written with what they held before, also where they were elsewhere or not there in between. */
static uint64_t content(int page)
{
	return random_number() % 4 ? 1 + 2 * page + random_number() % 2 : random_number();
}

static void fill(int region, int page)
{
	uint64_t value = content(page);
	uint64_t *words = page_of(region, page);

	for (size_t i = 0; i < WORDS; i++)
		words[i] = value;
	model[region][page] = value;
}

static void empty(int region, int from, int count)
{
	for (int i = from; i < from + count; i++)
		model[region][i] = 0;
}

static char *map_at(char *address, int flags)
{
	char *at = mmap(address, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	REQUIRE(at != MAP_FAILED, "mmap: %s", strerror(errno));
	return at;
}

static void move(int region)
{
	char *elsewhere = map_at(NULL, 0);

	REQUIRE(mremap(regions[region], PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) ==
			elsewhere,
		"mremap: %s", strerror(errno));
	regions[region] = elsewhere;
}

static void child_that_ends(int region, int page)
{
	pid_t child = fork();

	MUST(child);
	if (child == 0) {
		check(region, page);
		fill(region, page);
		usleep(random_number() % 30000);
		check(region, page);
		_exit(0);
	}
	reap(child);
}

static void change(void)
{
	int region = random_number() % REGIONS, page = random_number() % PAGES;
	int count = 1 + random_number() % (PAGES - page);

	check(region, page);
	if (protected[region]) {
		MUST(mprotect(regions[region], PAGES * PAGE, PROT_READ | PROT_WRITE));
		protected[region] = 0;
	}
	switch (random_number() % 40) {
	case 0:
		MUST(madvise(regions[region] + page * PAGE, count * PAGE, MADV_DONTNEED));
		empty(region, page, count);
		break;
	case 1:
		map_at(regions[region], MAP_FIXED);
		empty(region, 0, PAGES);
		break;
	case 2:
		move(region);
		break;
	case 3:
		MUST(mprotect(regions[region], PAGES * PAGE, random_number() % 2 ? PROT_READ : PROT_READ | PROT_EXEC));
		protected[region] = 1;
		break;
	case 4:
		MUST(munmap(regions[region], PAGES * PAGE));
		regions[region] = map_at(NULL, 0);
		empty(region, 0, PAGES);
		break;
	case 5:
		memset(page_of(region, page), 0, PAGE);
		model[region][page] = 0;
		break;
	case 6:
		if (random_number() % 20 == 0)
			child_that_ends(region, page);
		break;
	default:
		fill(region, page);
	}
}

static void churn(uint64_t seed, int started)
{
	state = seed;
	for (int i = 0; i < REGIONS; i++)
		regions[i] = map_at(NULL, 0);
	for (int i = 0; i < REGIONS * PAGES; i++)
		fill(i / PAGES, i % PAGES);
	REQUIRE(write(started, "", 1) == 1, "write: %s", strerror(errno));
	close(started);
	while (!exists("go"))
		for (int i = 0; i < 200; i++)
			change();
	for (int i = 0; i < REGIONS * PAGES; i++)
		check(i / PAGES, i % PAGES);
	_exit(0);
}

static void prepare(void)
{
	for (int i = 0; i < 2; i++) {
		int started[2];
		char byte;

		MUST(pipe(started));
		children[i] = fork();
		MUST(children[i]);
		if (children[i] == 0)
			churn(i + 1, started[1]);
		REQUIRE(read(started[0], &byte, 1) == 1, "read: %s", strerror(errno));
		close(started[0]);
		close(started[1]);
	}
}

static void verify(void)
{
	reap(children[0]);
	reap(children[1]);
}
