/* cgroups: the process, a child and a thread enter the cgroups they are told to, and tell after the move where they are. */
#include "victim.h"
#include <pthread.h>

static pthread_barrier_t entered, moved;
static pthread_t thread;
static pid_t child;

static void tell_where(const char *name)
{
	char text[8192];
	int from, to;
	ssize_t length;

	MUST(from = open("/proc/thread-self/cgroup", O_RDONLY | O_CLOEXEC));
	MUST(length = read(from, text, sizeof(text)));
	MUST(to = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
	REQUIRE(write(to, text, length) == length, "write %s: %s", name, strerror(errno));
	close(from);
	close(to);
}

static void *work(void *argument)
{
	enter("thread");
	pthread_barrier_wait(&entered);
	pthread_barrier_wait(&moved);
	tell_where("thread.after");
	return argument;
}

static void prepare(void)
{
	enter("process");
	MUST(child = fork());
	if (child == 0) {
		enter("child");
		tell("child.entered");
		wait_until_moved();
		tell_where("child.after");
		_exit(0);
	}
	await("child.entered");
	pthread_barrier_init(&entered, NULL, 2);
	pthread_barrier_init(&moved, NULL, 2);
	REQUIRE(pthread_create(&thread, NULL, work, NULL) == 0, "pthread_create");
	pthread_barrier_wait(&entered);
}

static void verify(void)
{
	pthread_barrier_wait(&moved);
	REQUIRE(pthread_join(thread, NULL) == 0, "join");
	tell_where("process.after");
	reap(child);
}
