/*
 * hugepages: memory in transparent huge pages, and small pages where huge ones could be, keep their content. DIRECTORY/huge tells how many
 * kilobytes were in huge pages before and are after.
 */
#include "victim.h"
#include <sys/mman.h>

#define HUGE (2UL << 20)
#define HUGE_PAGES 8
#define PAGE 4096UL

static unsigned char *memory, *sparse;
static unsigned long huge_before;

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

static void prepare(void)
{
	memory = map(HUGE_PAGES * HUGE);
	MUST(madvise(memory, HUGE_PAGES * HUGE, MADV_HUGEPAGE));
	for (unsigned long i = 0; i < HUGE_PAGES * HUGE; i += PAGE)
		memory[i] = 1 + i / PAGE % 255;
	huge_before = kilobytes(memory, HUGE_PAGES * HUGE, "AnonHugePages");
	/* one small page in the reach of each huge page that could be */
	sparse = map(HUGE_PAGES * HUGE);
	MUST(madvise(sparse, HUGE_PAGES * HUGE, MADV_NOHUGEPAGE));
	for (unsigned long i = 0; i < HUGE_PAGES; i++)
		sparse[i * HUGE] = 7;
	MUST(madvise(sparse, HUGE_PAGES * HUGE, MADV_HUGEPAGE));
}

static void verify(void)
{
	unsigned long huge = kilobytes(memory, HUGE_PAGES * HUGE, "AnonHugePages");
	FILE *told;

	told = fopen(path_of("huge"), "w");
	REQUIRE(told != NULL && fprintf(told, "%lu %lu\n", huge_before, huge) > 0 && fclose(told) == 0, "huge: %s", strerror(errno));
	for (unsigned long i = 0; i < HUGE_PAGES * HUGE; i += PAGE)
		REQUIRE(memory[i] == 1 + i / PAGE % 255, "the byte at %lu was lost", i);
	for (unsigned long i = 0; i < HUGE_PAGES; i++)
		REQUIRE(sparse[i * HUGE] == 7, "the small page %lu was lost", i);
}
