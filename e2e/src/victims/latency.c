/* a device of which each open file holds a number: the longest delay, in microseconds, that a processor may wake up with. */
#include "victim.h"

enum { MICROSECONDS = 54321 };

static int device;

static int32_t held(void)
{
	int32_t value = 0;

	REQUIRE(pread(device, &value, sizeof(value), 0) == sizeof(value), "read: %s", strerror(errno));
	return value;
}

static void prepare(void)
{
	int32_t value = MICROSECONDS;

	MUST(device = open("/dev/cpu_dma_latency", O_RDWR));
	REQUIRE(write(device, &value, sizeof(value)) == sizeof(value), "write: %s", strerror(errno));
	REQUIRE(held() == MICROSECONDS, "the device does not hold the number: %d", held());
}

static void verify(void)
{
	REQUIRE(held() == MICROSECONDS, "the device holds %d", held());
}
