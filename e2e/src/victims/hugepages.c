/*
 * hugepages: memory in transparent huge pages, and small pages where huge ones could be, keep their content. DIRECTORY/huge tells of each
 * kind of memory how many kilobytes were in huge pages before and are after; of memory with few pages, how many were there at all.
 */
#include "victim.h"
#include <sys/mman.h>
#include <sys/prctl.h>

#define HUGE (2UL << 20)
#define HUGE_PAGES 8
#define PAGE 4096UL

/* Memory for which huge pages are asked, also by brk; memory for which nothing is asked. */
static unsigned char *asked, *heap, *plain;
/* One small page in the reach of each huge page that could be. */
static unsigned char *asked_late, *few;
static unsigned long asked_before, heap_before, plain_before, few_before;

/* A number of kilobytes in /proc/self/smaps, over all mappings from one address on for some bytes. */
static unsigned long kilobytes(const unsigned char *start, unsigned long bytes, const char *name)
{
	char line[512];
	unsigned long from, to, value, sum = 0;
	int inside = 0;
	FILE *smaps = fopen("/proc/self/smaps", "r");

	REQUIRE(smaps != NULL, "smaps: %s", strerror(errno));
	while (fgets(line, sizeof(line), smaps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from >= (unsigned long)start && to <= (unsigned long)start + bytes;
		else if (inside && strncmp(line, name, strlen(name)) == 0 && sscanf(line + strlen(name), ": %lu", &value) == 1)
			sum += value;
	}
	fclose(smaps);
	return sum;
}

/* Memory aligned to huge pages, between some that can not be read, so that it is a mapping of its own. */
static unsigned char *map(unsigned long bytes)
{
	unsigned char *at = mmap(NULL, bytes + 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *aligned;

	REQUIRE(at != MAP_FAILED, "mmap: %s", strerror(errno));
	aligned = (unsigned char *)(((uintptr_t)at + HUGE) & -HUGE);
	MUST(mprotect(aligned, bytes, PROT_READ | PROT_WRITE));
	return aligned;
}

/* The same, of the heap, which malloc does not extend any more. */
static unsigned char *map_heap(unsigned long bytes)
{
	unsigned char *end = sbrk(0), *aligned = (unsigned char *)(((uintptr_t)end + HUGE - 1) & -HUGE);

	REQUIRE(sbrk(aligned - end + (long)bytes) != (void *)-1, "sbrk: %s", strerror(errno));
	return aligned;
}

static void fill(unsigned char *memory)
{
	for (unsigned long i = 0; i < HUGE_PAGES * HUGE; i += PAGE)
		memory[i] = 1 + i / PAGE % 255;
}

static void fill_few(unsigned char *memory)
{
	for (unsigned long i = 0; i < HUGE_PAGES; i++)
		memory[i * HUGE] = 7;
}

static void require(const unsigned char *memory)
{
	for (unsigned long i = 0; i < HUGE_PAGES * HUGE; i += PAGE)
		REQUIRE(memory[i] == 1 + i / PAGE % 255, "the byte at %lu was lost", i);
}

static void require_few(const unsigned char *memory)
{
	for (unsigned long i = 0; i < HUGE_PAGES; i++)
		REQUIRE(memory[i * HUGE] == 7, "the small page %lu was lost", i);
}

static void prepare(void)
{
	asked = map(HUGE_PAGES * HUGE);
	MUST(madvise(asked, HUGE_PAGES * HUGE, MADV_HUGEPAGE));
	fill(asked);
	heap = map_heap(HUGE_PAGES * HUGE);
	MUST(madvise(heap, HUGE_PAGES * HUGE, MADV_HUGEPAGE));
	fill(heap);
	plain = map(HUGE_PAGES * HUGE);
	fill(plain);
	asked_late = map(HUGE_PAGES * HUGE);
	MUST(madvise(asked_late, HUGE_PAGES * HUGE, MADV_NOHUGEPAGE));
	fill_few(asked_late);
	MUST(madvise(asked_late, HUGE_PAGES * HUGE, MADV_HUGEPAGE));
	few = map(HUGE_PAGES * HUGE);
	MUST(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	fill_few(few);
	MUST(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
	asked_before = kilobytes(asked, HUGE_PAGES * HUGE, "AnonHugePages");
	heap_before = kilobytes(heap, HUGE_PAGES * HUGE, "AnonHugePages");
	plain_before = kilobytes(plain, HUGE_PAGES * HUGE, "AnonHugePages");
	few_before = kilobytes(few, HUGE_PAGES * HUGE, "Rss");
}

static void verify(void)
{
	FILE *told = fopen(path_of("huge"), "w");

	REQUIRE(told != NULL, "huge: %s", strerror(errno));
	fprintf(told, "asked %lu %lu\n", asked_before, kilobytes(asked, HUGE_PAGES * HUGE, "AnonHugePages"));
	fprintf(told, "heap %lu %lu\n", heap_before, kilobytes(heap, HUGE_PAGES * HUGE, "AnonHugePages"));
	fprintf(told, "plain %lu %lu\n", plain_before, kilobytes(plain, HUGE_PAGES * HUGE, "AnonHugePages"));
	fprintf(told, "few %lu %lu\n", few_before, kilobytes(few, HUGE_PAGES * HUGE, "Rss"));
	REQUIRE(fclose(told) == 0, "huge: %s", strerror(errno));
	require(asked);
	require(heap);
	require(plain);
	require_few(asked_late);
	require_few(few);
}
