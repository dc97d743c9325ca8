/* brk: the heap that sbrk() grows keeps its content, its end, and grows and shrinks on. */
#include "victim.h"

static char *start;

static void prepare(void)
{
	start = sbrk(1 << 20);
	REQUIRE(start != (void *)-1, "sbrk: %s", strerror(errno));
	memset(start, 'b', 1 << 20);
}

static void verify(void)
{
	char *more;

	REQUIRE(sbrk(0) == start + (1 << 20), "the end of the heap was %p and is %p", start + (1 << 20), sbrk(0));
	more = sbrk(1 << 20);
	REQUIRE(more == start + (1 << 20), "sbrk after the move: %s", strerror(errno));
	memset(more, 'c', 1 << 20);
	REQUIRE(start[0] == 'b' && start[(1 << 20) - 1] == 'b', "the heap lost its content");
	REQUIRE(sbrk(-(1 << 20)) != (void *)-1, "sbrk can not shrink: %s", strerror(errno));
}
