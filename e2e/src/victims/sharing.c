/*
 * sharing: two processes and short-lived ones that write memory they share, in a mapping that has no name and in a memfd, by stores and by
 * pwrite(2), make holes in it and let the memfd grow. Each knows what its pages must hold.
 */
#include "victim.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define WORDS (PAGE / 8)
#define PAGES 4096
#define GROWN 512
#define ALL (PAGES + GROWN)
#define STEPS 10
#define VISITORS_PAGES 8
/* Pids must stay free at the target. */
#define VISITS 400

static uint64_t *anonymous, *mapped;
static int fd;
static int role;
static long size = PAGES;
static int visits;
static uint64_t counter = 1;
/* What this process's own pages hold; it is not shared. */
static uint64_t expected[2][ALL];
static pid_t child;

static uint64_t *page_of(int object, long page)
{
	return (object ? mapped : anonymous) + page * WORDS;
}

static void write_page(int object, long page, uint64_t value)
{
	uint64_t *at = page_of(object, page);

	if (object && role && value % 2) {
		REQUIRE(pwrite(fd, &value, 8, page * PAGE) == 8, "pwrite: %s", strerror(errno));
		value = ~value;
		REQUIRE(pwrite(fd, &value, 8, page * PAGE + PAGE - 8) == 8, "pwrite: %s", strerror(errno));
		return;
	}
	at[0] = value;
	at[WORDS - 1] = ~value;
}

/* A process that no look at the tree may ever see. */
static void visit(int object, long first)
{
	pid_t visitor = fork();

	MUST(visitor);
	for (long i = 0; i < VISITORS_PAGES; i++) {
		if (visitor == 0)
			write_page(object, first + 2 * i, counter + i);
		else
			expected[object][first + 2 * i] = counter + i;
	}
	if (visitor == 0)
		_exit(0);
	counter += VISITORS_PAGES;
	reap(visitor);
}

static void change(void)
{
	int object = random() % 2, what = random() % 1000;
	long page = random() % ((object ? size : PAGES) / 2 - VISITORS_PAGES) * 2 + role;

	if (what < 900) {
		write_page(object, page, ++counter);
		expected[object][page] = counter;
	} else if (what < 960) {
		MUST(madvise(page_of(object, page), PAGE, MADV_REMOVE));
		/* A read makes a page of zeros in its place, and is no write. */
		REQUIRE(what % 2 || *(volatile uint64_t *)page_of(object, page) == 0, "a hole has contents");
		expected[object][page] = 0;
	} else if (what < 963 && visits < VISITS) {
		visits++;
		visit(object, page);
	} else if (what > 980 && role == 0 && size < ALL) {
		size += 2;
		MUST(ftruncate(fd, size * PAGE));
	}
}

static void work(void)
{
	srandom(getpid());
	while (!exists("go")) {
		for (int i = 0; i < STEPS; i++)
			change();
		usleep(1000);
	}
}

static void check(void)
{
	for (int object = 0; object < 2; object++)
		for (long page = role; page < (object ? size : PAGES); page += 2) {
			uint64_t *at = page_of(object, page), value = expected[object][page];

			REQUIRE(at[0] == value && at[WORDS - 1] == (value ? ~value : 0),
				"process %d: page %ld of object %d holds %#lx and %#lx for %#lx", role, page, object, at[0],
				at[WORDS - 1], value);
		}
}

static void prepare(void)
{
	anonymous = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(fd = memfd_create("sharing", MFD_CLOEXEC));
	MUST(ftruncate(fd, size * PAGE));
	mapped = mmap(NULL, ALL * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	REQUIRE(anonymous != MAP_FAILED && mapped != MAP_FAILED, "mmap: %s", strerror(errno));
	MUST(child = fork());
	role = child == 0;
	for (int object = 0; object < 2; object++)
		for (long page = role; page < PAGES; page += 2) {
			write_page(object, page, ++counter);
			expected[object][page] = counter;
		}
	if (child == 0) {
		tell("filled");
		work();
		check();
		_exit(0);
	}
	await("filled");
	MUST(mkdir(path_of("ready"), 0777));
	work();
}

static void verify(void)
{
	check();
	reap(child);
}
