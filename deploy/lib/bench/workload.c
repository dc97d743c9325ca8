/*
 * workload MIB FILE [threads N | children N | writes MIB_PER_SECOND WITHIN_MIB | shared MIB_PER_SECOND WITHIN_MIB | client SOCKET]:
 * holds MIB mebibytes that do not compress, shared ones that have no name if so asked for, and reads the clock without a pause, or
 * after each answer of a redis server, which it asks every millisecond. FILE says, in three numbers, the longest time between two readings in microseconds, how many
 * pages it has written, and when, in microseconds of CLOCK_MONOTONIC, the longest time began; then, each on a line, when
 * each time of more than a few milliseconds began, how long it was, and whether the kernel took the processor from the program
 * meanwhile (1): if not (0), the program was there all the time and the processor itself was not, as the host of a virtual
 * machine takes it. One of them is how long the program stood still when it was moved.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "random.h"

#define PAGE 4096
#define SECOND 1000000000LL
#define LONG (3 * SECOND / 1000)
/* How often the program asks how often it was switched off: what was before a long time is not to count as in it. */
#define SAMPLE (SECOND / 2000)
/* Work that a stop has held up is not made up for: it would hide the stop's cost. */
#define MOST_OWED 64

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

/* How often the kernel has taken the processor from this thread, and what the thread has used of it. */
struct use {
	long switches;
	long long micros;
};

static struct use use(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (struct use){ usage.ru_nvcsw + usage.ru_nivcsw, (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
								       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec };
}

/* A program that was moved begins to count anew, by chance with what it had. */
static int switched(struct use before)
{
	struct use after = use();

	return after.switches != before.switches || after.micros < before.micros;
}

static void *sleeper(void *nothing)
{
	while (1)
		pause();
	return nothing;
}

static int start_threads(int count)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, sleeper, NULL) != 0)
			return 0;
	return 1;
}

static int start_children(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 0;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			sleeper(NULL);
		}
	}
	return 1;
}

static int connected(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(client, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -1;
	return client;
}

/* Waits for a millisecond before. */
static int ask(int client)
{
	static const char question[] = "PING\r\n", right[] = "+PONG\r\n";
	struct timespec rest = { .tv_nsec = 1000000 };
	char answer[sizeof(right)];

	nanosleep(&rest, NULL);
	return write(client, question, strlen(question)) == (ssize_t)strlen(question) &&
	       recv(client, answer, strlen(right), MSG_WAITALL) == (ssize_t)strlen(right) &&
	       memcmp(answer, right, strlen(right)) == 0;
}

static int tell(int file, long long longest, unsigned long written, long long began)
{
	char text[80];
	int length = snprintf(text, sizeof(text), "%12lld %12lu %16lld\n", longest / 1000, written, began / 1000);

	return pwrite(file, text, length, 0) == length;
}

/* Each is of the same length, so that the next one's place is known. */
static int note(int file, long long began, long long took, int switched)
{
	static off_t at = 43; /* after what tell() writes */
	char text[80];
	int length = snprintf(text, sizeof(text), "%16lld %12lld %d\n", began / 1000, took / 1000, switched);
	int written = pwrite(file, text, length, at);

	at += length;
	return written == length;
}

int main(int argc, char **argv)
{
	size_t bytes, within = 0;
	unsigned long per_second = 0, written = 0, told = 0;
	char *memory = NULL;
	int shared = argc == 6 && strcmp(argv[3], "shared") == 0;
	long long last, longest = 0, began = 0, sampled = 0;
	struct use before = { 0 };
	double owed = 0;
	int file, client = -1;

	if (argc < 3)
		return 2;
	bytes = strtoul(argv[1], NULL, 10) << 20;
	file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (file < 0)
		return 1;
	if (bytes > 0) {
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1,
			      0);
		if (memory == MAP_FAILED)
			return 1;
	}
	for (size_t i = 0; i < bytes; i += sizeof(uint64_t))
		*(uint64_t *)(memory + i) = next_random();
	if (argc == 5 && strcmp(argv[3], "threads") == 0 && !start_threads(atoi(argv[4])))
		return 1;
	if (argc == 5 && strcmp(argv[3], "children") == 0 && !start_children(atoi(argv[4])))
		return 1;
	if (argc == 5 && strcmp(argv[3], "client") == 0 && (client = connected(argv[4])) < 0)
		return 1;
	if (argc == 6 && (shared || strcmp(argv[3], "writes") == 0)) {
		per_second = (strtoul(argv[4], NULL, 10) << 20) / PAGE;
		within = (strtoul(argv[5], NULL, 10) << 20) / PAGE;
	}
	last = now();
	while (client < 0 || ask(client)) {
		long long next = now();

		if (per_second > 0) {
			owed += (next - last) * (double)per_second / SECOND;
			if (owed > MOST_OWED)
				owed = MOST_OWED;
			for (; owed >= 1; owed--, written++)
				*(uint64_t *)(memory + next_random() % within * PAGE) = state;
		}
		if (next - last > LONG && !note(file, last, next - last, switched(before)))
			return 1;
		if (next - last > longest || written - told >= per_second / 20 + 1) {
			if (next - last > longest) {
				longest = next - last;
				began = last;
			}
			told = written;
			if (!tell(file, longest, written, began))
				return 1;
			/* what the telling took, a slow disk's time, is none of the program's pauses */
			next = now();
		}
		if (next - sampled > SAMPLE) {
			before = use();
			sampled = next;
		}
		last = next;
	}
	return 1;
}
