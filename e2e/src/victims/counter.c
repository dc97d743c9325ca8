/* counter: appends one number after the other to a log while it is moved; no gap, no repeat. */
#include "victim.h"
#include <pthread.h>

static int done;
static unsigned long next = 1;

static void *count(void *unused)
{
	int fd = open(path_of("counter.log"), O_WRONLY | O_CREAT | O_APPEND, 0666);
	char line[32];

	MUST(fd);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		int length = snprintf(line, sizeof(line), "%lu\n", next++);

		REQUIRE(write(fd, line, length) == length, "write: %s", strerror(errno));
		usleep(200);
	}
	return unused;
}

static pthread_t counter;

static void prepare(void)
{
	REQUIRE(pthread_create(&counter, NULL, count, NULL) == 0, "pthread_create");
	usleep(10000);
}

static void verify(void)
{
	unsigned long expected = 1, seen;
	FILE *log;

	usleep(10000);
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	pthread_join(counter, NULL);
	log = fopen(path_of("counter.log"), "r");
	REQUIRE(log, "fopen: %s", strerror(errno));
	while (fscanf(log, "%lu", &seen) == 1) {
		REQUIRE(seen == expected, "%lu follows %lu in the log", seen, expected - 1);
		expected++;
	}
	REQUIRE(expected == next && next > 10, "the log ends with %lu, the counter with %lu", expected - 1, next - 1);
}
