/*
 * growing: a process whose heap, stack and mappings grow, shrink and move without a pause, by brk(2), by calls that go deep and by
 * mremap(2), and whose threads come and go. It knows what every page must hold, and which threads must answer.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096L
#define HEAP_PAGES 512
#define DEPTH 384
#define MOVED_PAGES 256
#define THREADS 4

static char *heap, *places[2], *moved;
static uint64_t heap_model[HEAP_PAGES], moved_model[MOVED_PAGES];
static long heap_pages, moved_pages;
static uint64_t state = 88172645463325252u;

/* A thread copies what it is asked, until it is asked 0. */
static struct helper {
	pthread_t thread;
	volatile uint64_t asked, answered;
	int lives;
} helpers[THREADS];

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t *page(char *memory, long number)
{
	return (uint64_t *)(memory + number * PAGE);
}

static void check(const char *what, char *memory, const uint64_t *model, long pages)
{
	for (long i = 0; i < pages; i++)
		REQUIRE(*page(memory, i) == model[i], "page %ld of the %s holds %lx and not %lx", i, what, *page(memory, i), model[i]);
}

static void fill(char *memory, uint64_t *model, long from, long to)
{
	for (long i = from; i < to; i++)
		*page(memory, i) = model[i] = random_number();
}

static void change_heap(void)
{
	long pages = random_number() % HEAP_PAGES;

	REQUIRE(sbrk(0) == heap + heap_pages * PAGE, "the heap ends at %p and not at %p", sbrk(0), heap + heap_pages * PAGE);
	REQUIRE(sbrk((pages - heap_pages) * PAGE) != (void *)-1, "sbrk: %s", strerror(errno));
	fill(heap, heap_model, heap_pages, pages);
	heap_pages = pages;
	check("heap", heap, heap_model, heap_pages);
}

/* Now and then to the other place, where nothing is mapped. */
static void change_moved(void)
{
	long pages = 1 + random_number() % (MOVED_PAGES - 1);
	char *to = random_number() % 2 ? moved : moved == places[0] ? places[1] : places[0];

	if (to == moved)
		REQUIRE(mremap(moved, moved_pages * PAGE, pages * PAGE, 0) == moved, "mremap: %s", strerror(errno));
	else
		REQUIRE(mremap(moved, moved_pages * PAGE, pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to, "mremap: %s",
			strerror(errno));
	moved = to;
	fill(moved, moved_model, moved_pages, pages);
	moved_pages = pages;
	check("moved mapping", moved, moved_model, moved_pages);
}

/* It stays at its deepest for a while, so that the tree is frozen there at times. */
static void go_deep(long depth, uint64_t mark)
{
	volatile uint64_t frame[PAGE / sizeof(uint64_t)];

	frame[0] = mark;
	if (depth == 0)
		usleep(3000);
	else
		go_deep(depth - 1, mark + 1);
	REQUIRE(frame[0] == mark, "the stack holds %lx and not %lx, %ld calls above its end", frame[0], mark, depth);
}

static void *help(void *own)
{
	struct helper *helper = own;

	do {
		while (helper->answered == helper->asked)
			usleep(200);
		helper->answered = helper->asked;
	} while (helper->answered != 0);
	return NULL;
}

static void ask(struct helper *helper, uint64_t what)
{
	helper->asked = what;
	for (int i = 0; helper->answered != what; i++) {
		REQUIRE(i < 20000, "a thread does not answer");
		usleep(1000);
	}
}

static void change_threads(void)
{
	struct helper *helper = &helpers[random_number() % THREADS];

	if (helper->lives) {
		ask(helper, 0);
		REQUIRE(pthread_join(helper->thread, NULL) == 0, "pthread_join");
	} else {
		helper->asked = helper->answered = 1;
		REQUIRE(pthread_create(&helper->thread, NULL, help, helper) == 0, "pthread_create");
		ask(helper, random_number() | 2);
	}
	helper->lives = !helper->lives;
}

static void work(void)
{
	/* malloc, which pthread_create calls, is to leave the end of the heap alone */
	void *arena = malloc(64 << 10);

	REQUIRE(arena != NULL, "malloc");
	free(arena);
	heap = sbrk(0);
	heap = (char *)(((uintptr_t)heap + PAGE - 1) & -PAGE);
	MUST(brk(heap));
	places[0] = mmap(NULL, 2 * MOVED_PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(places[0] != MAP_FAILED, "mmap: %s", strerror(errno));
	MUST(munmap(places[0], 2 * MOVED_PAGES * PAGE));
	places[1] = places[0] + MOVED_PAGES * PAGE;
	moved = mmap(places[0], PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	REQUIRE(moved == places[0], "mmap: %s", strerror(errno));
	moved_pages = 1;
	fill(moved, moved_model, 0, 1);
	for (long step = 0; !exists("go"); step++) {
		change_threads();
		change_heap();
		change_moved();
		go_deep(random_number() % DEPTH, random_number());
		if (step == 20)
			tell("works");
	}
	for (int i = 0; i < THREADS; i++)
		if (helpers[i].lives)
			ask(&helpers[i], random_number() | 2);
	check("heap", heap, heap_model, heap_pages);
	check("moved mapping", moved, moved_model, moved_pages);
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
