/*
 * remapped: memory in huge pages that is mapped anew as plain memory at the same addresses, once DIRECTORY/remap is there, while more
 * memory is written all the time. In the end it is plain.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define HUGE (2UL << 20)
#define BYTES (16 * HUGE)
#define PAGE 4096UL
#define BUSY (4UL << 20)

static unsigned char *memory;
static volatile unsigned char *busy;
static volatile int plain;

static void fill(unsigned char what)
{
	for (unsigned long i = 0; i < BYTES; i += PAGE)
		memory[i] = what;
}

static void map_anew(void)
{
	MUST(munmap(memory, BYTES));
	REQUIRE(mmap(memory, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == memory,
		"mmap: %s", strerror(errno));
	fill(2);
	plain = 1;
}

static void *work(void *unused)
{
	(void)unused;
	for (;;) {
		for (unsigned long i = 0; i < BUSY; i += PAGE)
			busy[i]++;
		if (!plain && exists("remap"))
			map_anew();
		usleep(1000);
	}
	return NULL;
}

/* Whether the mapping that begins at the memory has a flag, two letters. */
static int has_flag(const char *flag)
{
	char line[512];
	unsigned long from;
	int inside = 0, found = 0;
	FILE *smaps = fopen("/proc/self/smaps", "r");

	REQUIRE(smaps != NULL, "smaps: %s", strerror(errno));
	while (fgets(line, sizeof(line), smaps) != NULL) {
		if (sscanf(line, "%lx-", &from) == 1 && strchr(line, '-') == line + strcspn(line, " -"))
			inside = from == (unsigned long)memory;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found |= strstr(line, flag) != NULL;
	}
	fclose(smaps);
	return found;
}

static void prepare(void)
{
	pthread_t worker;
	unsigned char *at = mmap(NULL, BYTES + 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	REQUIRE(at != MAP_FAILED, "mmap: %s", strerror(errno));
	memory = (unsigned char *)(((uintptr_t)at + HUGE) & -HUGE);
	MUST(mprotect(memory, BYTES, PROT_READ | PROT_WRITE));
	MUST(madvise(memory, BYTES, MADV_HUGEPAGE));
	fill(1);
	busy = mmap(NULL, BUSY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(busy != MAP_FAILED, "mmap: %s", strerror(errno));
	REQUIRE(pthread_create(&worker, NULL, work, NULL) == 0, "pthread_create");
}

static void verify(void)
{
	while (!plain)
		usleep(1000);
	for (unsigned long i = 0; i < BYTES; i += PAGE)
		REQUIRE(memory[i] == 2, "the byte at %lu is %d", i, memory[i]);
	REQUIRE(!has_flag(" hg"), "the kernel was asked for huge pages");
}
