/*
 * tcp WAY ADDRESS PORT STREAMS MIB: so many connections at once, which carry MIB mebibytes together, in writes and reads of 256 KiB as
 * the page stream has them. Each side prints seconds and CPU seconds from the first byte to the last. The ways, of the sender and of
 * its receiver:
 *   send, receive              nothing else
 *   read, give                 what a move of memory can not do without: the one reads memory by process_vm_readv(2) and sends it,
 *                              the other makes fresh memory of it by UFFDIO_COPY
 *   read-near, give-near       little is on its way, so that it stays in the caches: a small buffer of the sender's socket, and a
 *                              receiver that is woken for a whole piece
 *   read-two, give             one thread reads while another one sends, with two buffers
 *   read-sum, give-sum         both sides make a checksum of each piece, CRC32C in three parts at once
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "random.h"

#define PIECE (256 << 10)
#define MOST 64
#define NEAR_BYTES (256 << 10)
#define BUFFERS 2

/* What else is done with each piece. */
enum extra { NONE, NEAR, TWO, SUM };

struct way {
	const char *name;
	int sends, moves;
	enum extra extra;
};

static const struct way ways[] = {
	{"send", 1, 0, NONE}, {"read", 1, 1, NONE}, {"read-near", 1, 1, NEAR}, {"read-two", 1, 1, TWO}, {"read-sum", 1, 1, SUM},
	{"receive", 0, 0, NONE}, {"give", 0, 1, NONE}, {"give-near", 0, 1, NEAR}, {"give-sum", 0, 1, SUM},
};

static const struct way *way;

static size_t bytes_each;
static int uffd = -1;

struct stream {
	pthread_t thread;
	int socket;
	/* its part of the memory to be read or given; NULL for plain TCP */
	char *memory;
};

static double seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Memory to be read, or room for what is given: pages that the host has given to this machine, and that are free. */
static char *make_memory(size_t bytes, int fresh)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.range = {(unsigned long)memory, bytes}, .mode = UFFDIO_REGISTER_MODE_MISSING};

	if (memory == MAP_FAILED)
		return NULL;
	for (size_t i = 0; i < bytes; i += sizeof(uint64_t))
		*(uint64_t *)(memory + i) = next_random();
	if (!fresh)
		return memory;
	madvise(memory, bytes, MADV_DONTNEED);
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	return uffd >= 0 && ioctl(uffd, UFFDIO_API, &api) == 0 && ioctl(uffd, UFFDIO_REGISTER, &range) == 0 ? memory : NULL;
}

static void give(char *to, char *piece, size_t bytes)
{
	struct uffdio_copy copy = {.dst = (unsigned long)to, .src = (unsigned long)piece, .len = bytes};

	if (ioctl(uffd, UFFDIO_COPY, &copy) != 0)
		exit(1);
}

__attribute__((target("sse4.2"))) static void sum(const char *piece, size_t bytes)
{
	const uint64_t *words = (const uint64_t *)piece;
	size_t third = bytes / sizeof(*words) / 3;
	uint64_t a = 0, b = 0, c = 0;

	for (size_t i = 0; i < third; i++) {
		a = __builtin_ia32_crc32di(a, words[i]);
		b = __builtin_ia32_crc32di(b, words[third + i]);
		c = __builtin_ia32_crc32di(c, words[2 * third + i]);
	}
	/* or it would not be made */
	__asm__ volatile("" : : "r"(a ^ b ^ c));
}

static void *receive(void *argument)
{
	struct stream *stream = argument;
	char *piece = aligned_alloc(PIECE, PIECE);
	size_t at = 0;
	ssize_t got;
	int near = NEAR_BYTES;

	if (way->extra == NEAR)
		setsockopt(stream->socket, SOL_SOCKET, SO_RCVLOWAT, &near, sizeof(near));
	while (piece != NULL && (got = recv(stream->socket, piece, PIECE, stream->memory != NULL ? MSG_WAITALL : 0)) > 0) {
		if (way->extra == SUM)
			sum(piece, got);
		if (stream->memory != NULL)
			give(stream->memory + at, piece, got);
		at += got;
	}
	free(piece);
	return NULL;
}

static void read_piece(char *piece, char *from)
{
	struct iovec local = {piece, PIECE}, remote = {from, PIECE};

	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != PIECE)
		exit(1);
	if (way->extra == SUM)
		sum(piece, PIECE);
}

static void send_piece(int to, const char *piece)
{
	for (size_t done = 0; done < PIECE;) {
		ssize_t taken = send(to, piece + done, PIECE - done, MSG_NOSIGNAL);

		if (taken < 0)
			exit(1);
		done += taken;
	}
}

/* The buffers of a thread that reads and one that sends. */
struct pair {
	struct stream *stream;
	char *pieces[BUFFERS];
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t filled, sent;
};

static void step(struct pair *pair, size_t *count)
{
	pthread_mutex_lock(&pair->lock);
	(*count)++;
	pthread_cond_signal(&pair->changed);
	pthread_mutex_unlock(&pair->lock);
}

/* Waits until one of the counts is ahead of what the other one was. */
static void wait_until(struct pair *pair, const size_t *count, size_t beyond)
{
	pthread_mutex_lock(&pair->lock);
	while (*count <= beyond)
		pthread_cond_wait(&pair->changed, &pair->lock);
	pthread_mutex_unlock(&pair->lock);
}

static void *send_filled(void *argument)
{
	struct pair *pair = argument;

	for (size_t i = 0; i < bytes_each / PIECE; i++) {
		wait_until(pair, &pair->filled, i);
		send_piece(pair->stream->socket, pair->pieces[i % BUFFERS]);
		step(pair, &pair->sent);
	}
	return NULL;
}

static void send_by_two(struct stream *stream)
{
	struct pair pair = {.stream = stream, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	pthread_t sender;

	for (int i = 0; i < BUFFERS; i++)
		if ((pair.pieces[i] = aligned_alloc(PIECE, PIECE)) == NULL)
			exit(1);
	if (pthread_create(&sender, NULL, send_filled, &pair) != 0)
		exit(1);
	for (size_t i = 0; i < bytes_each / PIECE; i++) {
		if (i >= BUFFERS)
			wait_until(&pair, &pair.sent, i - BUFFERS);
		read_piece(pair.pieces[i % BUFFERS], stream->memory + i * PIECE);
		step(&pair, &pair.filled);
	}
	pthread_join(sender, NULL);
	for (int i = 0; i < BUFFERS; i++)
		free(pair.pieces[i]);
}

static void send_by_one(struct stream *stream)
{
	char *piece = aligned_alloc(PIECE, PIECE);

	if (piece == NULL)
		exit(1);
	memset(piece, 'x', PIECE);
	for (size_t sent = 0; sent < bytes_each; sent += PIECE) {
		if (stream->memory != NULL)
			read_piece(piece, stream->memory + sent);
		send_piece(stream->socket, piece);
	}
	free(piece);
}

static void *send_all(void *argument)
{
	struct stream *stream = argument;
	int near = NEAR_BYTES;
	char end;

	if (way->extra == NEAR)
		setsockopt(stream->socket, SOL_SOCKET, SO_SNDBUF, &near, sizeof(near));
	if (way->extra == TWO)
		send_by_two(stream);
	else
		send_by_one(stream);
	shutdown(stream->socket, SHUT_WR);
	/* all of it has arrived when the receiver closes */
	(void)!read(stream->socket, &end, 1);
	return NULL;
}

static int connections(int sending, struct sockaddr_in *address, int count, struct stream *streams)
{
	int listener = -1, one = 1;

	if (!sending) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(listener, (struct sockaddr *)address, sizeof(*address)) != 0 || listen(listener, MOST) != 0)
			return 0;
		puts("listening");
		fflush(stdout);
	}
	for (int i = 0; i < count; i++) {
		streams[i].socket = sending ? socket(AF_INET, SOCK_STREAM, 0) : accept(listener, NULL, NULL);
		if (streams[i].socket < 0 || (sending && connect(streams[i].socket, (struct sockaddr *)address, sizeof(*address)) != 0))
			return 0;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct stream streams[MOST] = {0};
	int count;
	char first, *memory = NULL;
	double start, cpu;

	if (argc != 6 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		return 2;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(argv[1], ways[i].name) == 0)
			way = &ways[i];
	if (way == NULL)
		return 2;
	address.sin_port = htons(atoi(argv[3]));
	count = atoi(argv[4]);
	if (count < 1 || count > MOST)
		return 2;
	bytes_each = (strtoul(argv[5], NULL, 10) << 20) / count / PIECE * PIECE;
	if (way->moves && (memory = make_memory(bytes_each * count, !way->sends)) == NULL)
		return 1;
	if (!connections(way->sends, &address, count, streams))
		return 1;
	if (!way->sends)
		(void)!recv(streams[0].socket, &first, 1, MSG_PEEK);
	start = seconds();
	cpu = cpu_seconds();
	for (int i = 0; i < count; i++) {
		streams[i].memory = way->moves ? memory + i * bytes_each : NULL;
		if (pthread_create(&streams[i].thread, NULL, way->sends ? send_all : receive, &streams[i]) != 0)
			return 1;
	}
	for (int i = 0; i < count; i++) {
		pthread_join(streams[i].thread, NULL);
		close(streams[i].socket);
	}
	printf("%.6f %.6f\n", seconds() - start, cpu_seconds() - cpu);
	return 0;
}
