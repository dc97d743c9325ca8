/*
 * words: a process that writes single words into many pages all the time, all words of some, clears some and gives some back, and a child that does
 * so to some of the pages that they share by copy-on-write. What each page must hold follows from how often it was written, which is its first word.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS 512
#define PAGES 6144UL
#define BURST 32
#define PROTECTED 32
#define SCATTERED 12

static uint64_t (*memory)[WORDS];
/* Of the pages when the child was made. */
static uint64_t steps_at_fork[PAGES];
static pid_t child;
static pthread_t worker;

static uint64_t value(unsigned long page, uint64_t step)
{
	return (page * 1000003 + step) * 0x9e3779b97f4a7c15UL;
}

static int place(uint64_t step)
{
	return 1 + step * 5 % (WORDS - 1);
}

static int is_written_as_a_whole(unsigned long page)
{
	return page % 16 == 3;
}

static int has_scattered_words(unsigned long page)
{
	return page % 16 == 9;
}

static int is_of_the_child(unsigned long page)
{
	return page % 32 == 11;
}

static void change_page(unsigned long page)
{
	uint64_t step = memory[page][0] + 1;

	if (page % 64 == 7 && step % 4 == 0) {
		memset(memory[page], 0, PAGE);
		return;
	}
	if (page % 64 == 5 && step % 32 == 0) {
		MUST(madvise(memory[page], PAGE, MADV_DONTNEED));
		return;
	}
	if (is_written_as_a_whole(page))
		for (int i = 1; i < WORDS; i++)
			memory[page][i] = value(page, step + i);
	else if (has_scattered_words(page))
		for (int i = 1; i <= SCATTERED; i++)
			memory[page][i * 40] = value(page, step + i);
	else
		memory[page][place(step)] = value(page, step);
	memory[page][0] = step;
}

/* Some are read-only but while they are written. */
static void write_page(unsigned long page)
{
	if (page < PROTECTED)
		MUST(mprotect(memory[page], PAGE, PROT_READ | PROT_WRITE));
	change_page(page);
	if (page < PROTECTED)
		MUST(mprotect(memory[page], PAGE, PROT_READ));
}

static void *work(void *nothing)
{
	uint64_t random = 1;

	while (!exists("go")) {
		for (int i = 0; i < BURST; i++) {
			random = random * 6364136223846793005UL + 1442695040888963407UL;
			if (is_of_the_child((random >> 33) % PAGES) == (child == 0))
				write_page((random >> 33) % PAGES);
		}
		usleep(1000);
	}
	return nothing;
}

static void check(unsigned long page)
{
	uint64_t wanted[WORDS] = {0}, steps = memory[page][0];

	REQUIRE(is_of_the_child(page) == (child == 0) || steps == steps_at_fork[page],
		"page %lu, which is only the %s's to write, was written %lu times and not %lu", page, child ? "child" : "parent",
		steps, steps_at_fork[page]);
	wanted[0] = steps;
	if (is_written_as_a_whole(page))
		for (int i = 1; i < WORDS && steps > 0; i++)
			wanted[i] = value(page, steps + i);
	else if (has_scattered_words(page))
		for (int i = 1; i <= SCATTERED && steps > 0; i++)
			wanted[i * 40] = value(page, steps + i);
	else
		for (uint64_t step = steps < WORDS ? 1 : steps - WORDS + 2; step <= steps; step++)
			wanted[place(step)] = value(page, step);
	for (int i = 0; i < WORDS; i++)
		REQUIRE(memory[page][i] == wanted[i], "word %d of page %lu is %#lx and not %#lx after %lu steps", i, page,
			memory[page][i], wanted[i], steps);
}

static void check_all(void)
{
	for (unsigned long page = 0; page < PAGES; page++)
		check(page);
}

static void prepare(void)
{
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	MUST(madvise(memory, PAGES * PAGE, MADV_NOHUGEPAGE));
	for (unsigned long page = 0; page < PAGES; page++) {
		for (unsigned long step = page % 700; step > 0; step--)
			write_page(page);
		steps_at_fork[page] = memory[page][0];
	}
	child = fork();
	MUST(child);
	if (child == 0) {
		work(NULL);
		check_all();
		_exit(0);
	}
	REQUIRE(pthread_create(&worker, NULL, work, NULL) == 0, "no thread can be made");
}

static void verify(void)
{
	REQUIRE(pthread_join(worker, NULL) == 0, "the thread can not be waited for");
	check_all();
	reap(child);
}
