/* Contents that do not compress, the same in each run: xorshift64. */
#include <stdint.h>

static uint64_t state = 88172645463325252;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
