/* timerfd: one that ticks, one far ahead, one absolute, one that has expired and was not read. */
#include "victim.h"
#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>

static int ticking, far, absolute, expired;
static struct timespec deadline;

static void set(int fd, long first_ms, long every_ms)
{
	struct itimerspec time = {
		.it_value = {first_ms / 1000, first_ms % 1000 * 1000000},
		.it_interval = {every_ms / 1000, every_ms % 1000 * 1000000},
	};

	MUST(timerfd_settime(fd, 0, &time, NULL));
}

static void prepare(void)
{
	struct itimerspec time = {0};

	MUST(ticking = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
	set(ticking, 20, 20);
	MUST(far = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK));
	set(far, 3600000, 0);
	MUST(expired = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	set(expired, 1, 0);
	MUST(absolute = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK));
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 5000;
	time.it_value = deadline;
	MUST(timerfd_settime(absolute, TFD_TIMER_ABSTIME, &time, NULL));
	usleep(50000);
}

static void verify(void)
{
	struct itimerspec left;
	uint64_t ticks;

	REQUIRE(read(ticking, &ticks, 8) == 8 && ticks >= 2, "the ticks before the move are lost");
	for (int i = 0; i < 3; i++)
		REQUIRE(read(ticking, &ticks, 8) == 8 && ticks >= 1, "it does not tick on: %s", strerror(errno));
	MUST(timerfd_gettime(ticking, &left));
	REQUIRE(left.it_interval.tv_nsec == 20000000, "the interval is %ld ns", left.it_interval.tv_nsec);
	REQUIRE(read(expired, &ticks, 8) == 8 && ticks == 1, "the one that had expired: %s", strerror(errno));
	MUST(timerfd_gettime(far, &left));
	REQUIRE(left.it_value.tv_sec > 3000 && left.it_value.tv_sec <= 3600, "far has %ld s left", left.it_value.tv_sec);
	REQUIRE(left.it_interval.tv_sec == 0, "far repeats");
	MUST(timerfd_gettime(absolute, &left));
	REQUIRE(left.it_value.tv_sec > 4000 && left.it_value.tv_sec <= 5000, "absolute has %ld s left",
		left.it_value.tv_sec);
}
