/* syscalls: threads asleep in calls that the kernel restarts (futex, nanosleep, read, poll) never see the move. */
#include "victim.h"
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static uint32_t futex;
static int empty[2], polled[2];
static pthread_t sleepers[4];
static int done;

static void *in_futex(void *unused)
{
	while (!__atomic_load_n(&futex, __ATOMIC_ACQUIRE)) {
		long answer = syscall(SYS_futex, &futex, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);

		REQUIRE(answer == 0 || errno == EAGAIN, "futex: %s", strerror(errno));
	}
	return unused;
}

static void *in_nanosleep(void *unused)
{
	struct timespec second = {2, 0}, before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	REQUIRE(nanosleep(&second, NULL) == 0, "nanosleep: %s", strerror(errno));
	clock_gettime(CLOCK_MONOTONIC, &after);
	REQUIRE(after.tv_sec - before.tv_sec >= 1, "slept %ld s of 2", after.tv_sec - before.tv_sec);
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	/* On a slow machine the sleep may end before the move: the thread must be there all the same. */
	wait_until_moved();
	return unused;
}

static void *in_read(void *unused)
{
	char byte;
	ssize_t answer = read(empty[0], &byte, 1);

	REQUIRE(answer == 1 && byte == 'r', "read: %zd, %s", answer, strerror(errno));
	return unused;
}

static void *in_poll(void *unused)
{
	struct pollfd one = {.fd = polled[0], .events = POLLIN};
	int answer = poll(&one, 1, -1);

	REQUIRE(answer == 1 && one.revents == POLLIN, "poll: %d, %s", answer, strerror(errno));
	return unused;
}

static void prepare(void)
{
	void *(*work[])(void *) = {in_futex, in_nanosleep, in_read, in_poll};

	MUST(pipe(empty));
	MUST(pipe(polled));
	for (int i = 0; i < 4; i++)
		REQUIRE(pthread_create(&sleepers[i], NULL, work[i], NULL) == 0, "pthread_create");
	usleep(20000);
}

static void verify(void)
{
	__atomic_store_n(&futex, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &futex, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	REQUIRE(write(empty[1], "r", 1) == 1 && write(polled[1], "p", 1) == 1, "write: %s", strerror(errno));
	for (int i = 0; i < 4; i++)
		pthread_join(sleepers[i], NULL);
	REQUIRE(done, "nanosleep did not end");
}
