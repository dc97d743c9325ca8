/* blocks: a process that takes a large block of memory again and again, fills it, and gives it back, always at the same address. */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define PAGES 2048

static char *const block = (char *)0x530000000000;
static uint64_t kept[PAGES * 8];
static pthread_t worker;

static uint64_t *word(int page)
{
	return (uint64_t *)(block + page * PAGE);
}

static void take_and_give_back(uint64_t round)
{
	char *at = mmap(block, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			-1, 0);

	REQUIRE(at == block, "mmap: %s", strerror(errno));
	for (int page = 0; page < PAGES; page++)
		*word(page) = round + page;
	usleep(round % 7 * 1000);
	for (int page = 0; page < PAGES; page++)
		REQUIRE(*word(page) == round + page, "page %d of round %lu is %lu", page, round, *word(page));
	MUST(munmap(block, PAGES * PAGE));
	usleep(round % 5 * 1000);
}

static void *work(void *nothing)
{
	uint64_t round = 1;

	while (!exists("go"))
		take_and_give_back(round++);
	return nothing;
}

static void prepare(void)
{
	for (int i = 0; i < PAGES * 8; i++)
		kept[i] = i;
	REQUIRE(pthread_create(&worker, NULL, work, NULL) == 0, "no thread can be made");
}

static void verify(void)
{
	REQUIRE(pthread_join(worker, NULL) == 0, "the thread can not be waited for");
	for (int i = 0; i < PAGES * 8; i++)
		REQUIRE(kept[i] == (uint64_t)i, "word %d is %lu", i, kept[i]);
}
