/* threads: eight threads keep their ids, thread-local storage, names, signal masks, and a robust mutex its owner. */
#include "victim.h"
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#define THREADS 8

static __thread uint64_t local[64];
static pthread_mutex_t robust;
static pthread_barrier_t all_set, moved;
static pthread_t threads[THREADS];

static void *work(void *argument)
{
	uint64_t number = (uint64_t)argument;
	pid_t tid = gettid();
	char name[17], expected[17];
	sigset_t mask, now;

	for (int i = 0; i < 64; i++)
		local[i] = number * 1000 + i;
	snprintf(expected, sizeof(expected), "worker-%lu", number);
	prctl(PR_SET_NAME, expected);
	sigemptyset(&mask);
	sigaddset(&mask, SIGRTMIN + number);
	pthread_sigmask(SIG_BLOCK, &mask, NULL);
	if (number == 0)
		REQUIRE(pthread_mutex_lock(&robust) == 0, "lock");
	pthread_barrier_wait(&all_set);
	/* Half of them wait in the kernel, half of them run. */
	if (number % 2)
		while (!exists("go"))
			;
	pthread_barrier_wait(&moved);
	REQUIRE(gettid() == tid, "thread %lu was %d and is %d", number, tid, gettid());
	for (int i = 0; i < 64; i++)
		REQUIRE(local[i] == number * 1000 + i, "thread %lu: local[%d] is %lu", number, i, local[i]);
	prctl(PR_GET_NAME, name);
	REQUIRE(strcmp(name, expected) == 0, "thread %lu is called %s", number, name);
	pthread_sigmask(SIG_BLOCK, NULL, &now);
	for (uint64_t i = 0; i < THREADS; i++)
		REQUIRE(sigismember(&now, SIGRTMIN + i) == (i == number), "thread %lu: mask of signal %lu", number, i);
	return NULL; /* thread 0 dies as owner of the mutex */
}

static void prepare(void)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attributes);
	pthread_barrier_init(&all_set, NULL, THREADS + 1);
	pthread_barrier_init(&moved, NULL, THREADS + 1);
	for (uint64_t i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&threads[i], NULL, work, (void *)i) == 0, "pthread_create");
	pthread_barrier_wait(&all_set);
}

static void verify(void)
{
	pthread_barrier_wait(&moved);
	for (int i = 0; i < THREADS; i++)
		REQUIRE(pthread_join(threads[i], NULL) == 0, "join of thread %d", i);
	int answer = pthread_mutex_lock(&robust);
	REQUIRE(answer == EOWNERDEAD, "the robust mutex of a dead thread: %s", strerror(answer));
}
