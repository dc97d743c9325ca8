/*
 * memory random|store small|huge MIB FILE: holds MIB mebibytes and does nothing. random: they do not compress; store: what a key-value
 * store holds, entries of pointers, keys of counted words, and values of which half is random. huge: in transparent huge pages where
 * the kernel has some. FILE is made when all is written.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "random.h"

#define HUGE_PAGE (2UL << 20)
#define ENTRY 192
#define KEY 64
#define VALUE 112
#define TOKEN 32

static void fill_random(char *memory, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += sizeof(uint64_t))
		*(uint64_t *)(memory + i) = next_random();
}

static void fill_store(char *memory, size_t bytes)
{
	for (size_t at = 0, key = 0; at + ENTRY <= bytes; at += ENTRY, key++) {
		char *entry = memory + at;
		char *pointers[] = {entry + KEY, entry + VALUE, memory + next_random() % bytes / 64 * 64};

		memcpy(entry, pointers, sizeof(pointers));
		snprintf(entry + KEY, VALUE - KEY, "user:session:%zu", key);
		memcpy(entry + VALUE, "{\"token\":\"", 10);
		fill_random(entry + VALUE + 10, TOKEN);
		memcpy(entry + VALUE + 10 + TOKEN, "\",\"state\":\"active\"}", 19);
	}
}

int main(int argc, char **argv)
{
	size_t bytes;
	char *memory;

	if (argc != 5)
		return 2;
	bytes = strtoul(argv[3], NULL, 10) << 20;
	memory = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return 1;
	memory = (char *)(((uintptr_t)memory + HUGE_PAGE - 1) & -HUGE_PAGE);
	if (madvise(memory, bytes, strcmp(argv[2], "huge") == 0 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) != 0)
		return 1;
	if (strcmp(argv[1], "random") == 0)
		fill_random(memory, bytes);
	else
		fill_store(memory, bytes);
	if (creat(argv[4], 0666) < 0)
		return 1;
	while (1)
		pause();
}
