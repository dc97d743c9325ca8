/* stack: a deep stack keeps every frame, and grows on after the move. */
#include "victim.h"

#define DEPTH 300

static void deep(int depth, int limit);

static void leaf(int limit)
{
	if (limit > DEPTH)
		return;
	ready_and_wait();
	deep(0, 2 * DEPTH);
}

__attribute__((noinline)) static void deep(int depth, int limit)
{
	volatile uint8_t frame[4000];

	for (size_t i = 0; i < sizeof(frame); i++)
		frame[i] = depth + i;
	if (depth < limit)
		deep(depth + 1, limit);
	else
		leaf(limit);
	for (size_t i = 0; i < sizeof(frame); i++)
		REQUIRE(frame[i] == (uint8_t)(depth + i), "frame %d, byte %zu is %d", depth, i, frame[i]);
}

static void prepare(void)
{
	deep(0, DEPTH);
}

static void verify(void)
{
}
