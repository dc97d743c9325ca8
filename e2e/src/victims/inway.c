/*
 * inway: a process that maps memory, all the time, in the middle of the largest gap in its address space, where who restores it would keep
 * something of its own. It knows what each mapping must hold.
 */
#include "victim.h"
#include <sys/mman.h>

#define PAGE 4096L
#define BYTES (2L << 20)
#define PIECES 32
/* Of the gaps that count. */
#define LOWEST 0x10000000ul
#define HIGHEST 0x7fff00000000ul

static struct piece {
	char *at;
	uint64_t mark;
} pieces[PIECES];

static char *middle(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from = LOWEST, start, end, best = 0, best_bytes = 0;
	char line[512];
	int more = 1;

	REQUIRE(maps != NULL, "maps: %s", strerror(errno));
	while (more) {
		more = fgets(line, sizeof line, maps) != NULL && sscanf(line, "%lx-%lx", &start, &end) == 2 && start < HIGHEST;
		if (!more)
			start = HIGHEST;
		if (start > from && start - from > best_bytes) {
			best = from;
			best_bytes = start - from;
		}
		if (more && end > from)
			from = end;
	}
	fclose(maps);
	return (char *)((best + best_bytes / 2) & -PAGE);
}

static uint64_t *word(const struct piece *piece, long page)
{
	return (uint64_t *)(piece->at + page * PAGE);
}

static void check(const struct piece *piece)
{
	for (long page = 0; piece->at != NULL && page < BYTES / PAGE; page += 7)
		REQUIRE(*word(piece, page) == piece->mark + page, "page %ld of the mapping at %p holds %lx and not %lx", page, piece->at,
			*word(piece, page), piece->mark + page);
}

/* The new one first: whoever looked meanwhile took the very middle that it gets. */
static void replace(struct piece *piece, uint64_t mark)
{
	struct piece old = *piece;

	piece->at = middle() - BYTES / 2;
	REQUIRE(mmap(piece->at, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == piece->at,
		"mmap at %p: %s", piece->at, strerror(errno));
	piece->mark = mark;
	for (long page = 0; page < BYTES / PAGE; page += 7)
		*word(piece, page) = mark + page;
	if (old.at != NULL) {
		check(&old);
		MUST(munmap(old.at, BYTES));
	}
}

static void work(void)
{
	for (long step = 0; !exists("go"); step++) {
		replace(&pieces[step % PIECES], (uint64_t)step << 32);
		usleep(15000);
		if (step == PIECES)
			tell("works");
	}
	for (int i = 0; i < PIECES; i++)
		check(&pieces[i]);
	_exit(0);
}

static pid_t worker;

static void prepare(void)
{
	worker = start_worker(work);
}

static void verify(void)
{
	reap(worker);
}
