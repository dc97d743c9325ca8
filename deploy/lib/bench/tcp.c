/*
 * tcp receive|send|give|read ADDRESS PORT STREAMS MIB: so many connections at once, which carry MIB mebibytes together, in writes and
 * reads of 256 KiB as the page stream has them. give and read do besides what a move of memory can not do without: the one reads
 * memory by process_vm_readv(2) and sends it, the other makes fresh memory of it by UFFDIO_COPY. Each side prints seconds and CPU
 * seconds from the first byte to the last.
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

static void *receive(void *argument)
{
	struct stream *stream = argument;
	char *piece = aligned_alloc(PIECE, PIECE);
	size_t at = 0;
	ssize_t got;

	while (piece != NULL && (got = recv(stream->socket, piece, PIECE, stream->memory != NULL ? MSG_WAITALL : 0)) > 0) {
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
}

static void *send_all(void *argument)
{
	struct stream *stream = argument;
	char *piece = malloc(PIECE);

	if (piece == NULL)
		exit(1);
	memset(piece, 'x', PIECE);
	for (size_t sent = 0; sent < bytes_each; sent += PIECE) {
		if (stream->memory != NULL)
			read_piece(piece, stream->memory + sent);
		for (size_t done = 0; done < PIECE;) {
			ssize_t taken = send(stream->socket, piece + done, PIECE - done, MSG_NOSIGNAL);

			if (taken < 0)
				exit(1);
			done += taken;
		}
	}
	shutdown(stream->socket, SHUT_WR);
	/* all of it has arrived when the receiver closes */
	(void)!read(stream->socket, piece, 1);
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
	int count, sending, moves;
	char first, *memory = NULL;
	double start, cpu;

	if (argc != 6 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		return 2;
	sending = strcmp(argv[1], "send") == 0 || strcmp(argv[1], "read") == 0;
	moves = strcmp(argv[1], "give") == 0 || strcmp(argv[1], "read") == 0;
	address.sin_port = htons(atoi(argv[3]));
	count = atoi(argv[4]);
	if (count < 1 || count > MOST)
		return 2;
	bytes_each = (strtoul(argv[5], NULL, 10) << 20) / count / PIECE * PIECE;
	if (moves && (memory = make_memory(bytes_each * count, !sending)) == NULL)
		return 1;
	if (!connections(sending, &address, count, streams))
		return 1;
	if (!sending)
		(void)!recv(streams[0].socket, &first, 1, MSG_PEEK);
	start = seconds();
	cpu = cpu_seconds();
	for (int i = 0; i < count; i++) {
		streams[i].memory = moves ? memory + i * bytes_each : NULL;
		if (pthread_create(&streams[i].thread, NULL, sending ? send_all : receive, &streams[i]) != 0)
			return 1;
	}
	for (int i = 0; i < count; i++) {
		pthread_join(streams[i].thread, NULL);
		close(streams[i].socket);
	}
	printf("%.6f %.6f\n", seconds() - start, cpu_seconds() - cpu);
	return 0;
}
