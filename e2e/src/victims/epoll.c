/* epoll: levels, edges, one-shots and their data, over pipes, an eventfd and a timerfd; a thread asleep in epoll_wait. */
#include "victim.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#define COOKIE 0x1122334455667788ULL

static int set, level[2], edge[2], spent[2], sleeper_set, bell;
static pthread_t sleeper;

static void add(int epoll, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

static void *sleep_in_epoll(void *unused)
{
	struct epoll_event event;
	uint64_t value;
	int count;

	/* Whoever is stopped in epoll_wait() gets EINTR, as after SIGSTOP: no program may take it for an error. */
	do
		count = epoll_wait(sleeper_set, &event, 1, -1);
	while (count < 0 && errno == EINTR);

	REQUIRE(count == 1 && event.data.u64 == 99, "the sleeper: %d, %s", count, strerror(errno));
	REQUIRE(read(bell, &value, 8) == 8 && value == 5, "the sleeper's bell");
	return unused;
}

static void prepare(void)
{
	struct epoll_event events[8];

	MUST(set = epoll_create1(EPOLL_CLOEXEC));
	MUST(pipe(level));
	MUST(pipe(edge));
	MUST(pipe(spent));
	add(set, level[0], EPOLLIN, COOKIE);
	add(set, edge[0], EPOLLIN | EPOLLET, COOKIE + 1);
	add(set, spent[0], EPOLLIN | EPOLLONESHOT, COOKIE + 2);
	REQUIRE(write(level[1], "l", 1) == 1 && write(spent[1], "s", 1) == 1, "write");
	/* This uses up the one-shot: it must not fire again at the target. */
	REQUIRE(epoll_wait(set, events, 8, 0) == 2, "before the move");
	MUST(sleeper_set = epoll_create1(0));
	MUST(bell = eventfd(0, EFD_NONBLOCK));
	add(sleeper_set, bell, EPOLLIN, 99);
	REQUIRE(pthread_create(&sleeper, NULL, sleep_in_epoll, NULL) == 0, "pthread_create");
}

static void verify(void)
{
	struct epoll_event events[8], again = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = 3};
	uint64_t value = 5;
	int count = epoll_wait(set, events, 8, 0);

	REQUIRE(count == 1 && events[0].data.u64 == COOKIE, "%d events, the first with %#lx", count,
		(unsigned long)events[0].data.u64);
	REQUIRE(write(edge[1], "e", 1) == 1, "write");
	count = epoll_wait(set, events, 8, 0);
	REQUIRE(count == 2, "%d events with the edge", count);
	count = epoll_wait(set, events, 8, 0);
	REQUIRE(count == 1, "%d events: the edge fires twice", count);
	MUST(epoll_ctl(set, EPOLL_CTL_MOD, spent[0], &again));
	count = epoll_wait(set, events, 8, 0);
	REQUIRE(count == 2, "%d events with the renewed one-shot", count);
	REQUIRE(write(bell, &value, 8) == 8, "bell");
	pthread_join(sleeper, NULL);
}
