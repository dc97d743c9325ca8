/* memory: 48 MiB of pages that carry their own checksum, some of them rewritten all the time while it is moved. */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS (PAGE / 8)
#define PAGES 12288UL
#define HOT 512UL

static uint64_t *memory, *heap;
static int done;
static uint64_t rewritten;

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 29;
	return x * 0xc4ceb9fe1a85ec53ULL;
}

/* Word 0 is the seed; every other word follows from it and from where it is. Every 5th page holds zeroes only. */
static void fill(uint64_t *page, uint64_t seed)
{
	for (unsigned long i = 1; i < WORDS; i++)
		page[i] = mix(seed + i);
	page[0] = seed;
}

static void check(const uint64_t *page, const char *what, unsigned long number)
{
	for (unsigned long i = 1; i < WORDS; i++)
		REQUIRE(page[i] == (page[0] ? mix(page[0] + i) : 0), "page %lu of %s, word %lu is %#lx with seed %lu",
			number, what, i, page[i], page[0]);
}

static void *rewrite(void *unused)
{
	for (unsigned long turn = 1; !__atomic_load_n(&done, __ATOMIC_ACQUIRE); turn++) {
		unsigned long number = mix(turn) % HOT;

		fill(memory + (number * 16 + 1) * WORDS, turn * 1000003);
		rewritten++;
		if (turn % 64 == 0)
			usleep(1000);
	}
	return unused;
}

static pthread_t writer;

static void prepare(void)
{
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	for (unsigned long i = 0; i < PAGES; i++)
		if (i % 5)
			fill(memory + i * WORDS, i);
	heap = aligned_alloc(PAGE, 16 * PAGE);
	for (unsigned long i = 0; i < 16; i++)
		fill(heap + i * WORDS, i + 77);
	REQUIRE(pthread_create(&writer, NULL, rewrite, NULL) == 0, "pthread_create");
	while (__atomic_load_n(&rewritten, __ATOMIC_ACQUIRE) == 0)
		usleep(1000);
}

static void verify(void)
{
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	pthread_join(writer, NULL);
	for (unsigned long i = 0; i < PAGES; i++) {
		check(memory + i * WORDS, "the mapping", i);
		if (i % 16 != 1)
			REQUIRE(memory[i * WORDS] == (i % 5 ? i : 0), "page %lu has seed %lu", i, memory[i * WORDS]);
	}
	for (unsigned long i = 0; i < 16; i++)
		check(heap + i * WORDS, "the heap", i);
	REQUIRE(rewritten > 0, "the writer never ran");
}
