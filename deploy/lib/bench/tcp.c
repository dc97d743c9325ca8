/*
 * tcp receive ADDRESS PORT STREAMS | tcp send ADDRESS PORT STREAMS MIB: so many connections at once, which carry MIB mebibytes
 * together, in writes and reads of 256 KiB as the page stream has them. Each side prints seconds and CPU seconds: the receiver's
 * from the first byte to the last.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PIECE (256 << 10)
#define MOST 64

static size_t bytes_each;

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

static void *receive(void *connection)
{
	char *piece = malloc(PIECE);

	while (piece != NULL && recv((int)(long)connection, piece, PIECE, 0) > 0)
		;
	free(piece);
	return NULL;
}

static void *send_all(void *connection)
{
	char *piece = malloc(PIECE);

	if (piece == NULL)
		exit(1);
	memset(piece, 'x', PIECE);
	for (size_t sent = 0; sent < bytes_each; sent += PIECE)
		for (size_t done = 0; done < PIECE;) {
			ssize_t taken = send((int)(long)connection, piece + done, PIECE - done, MSG_NOSIGNAL);

			if (taken < 0)
				exit(1);
			done += taken;
		}
	shutdown((int)(long)connection, SHUT_WR);
	/* all of it has arrived when the receiver closes */
	(void)!read((int)(long)connection, piece, 1);
	return NULL;
}

static int connections(int sending, struct sockaddr_in *address, int streams, int *found)
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
	for (int i = 0; i < streams; i++) {
		found[i] = sending ? socket(AF_INET, SOCK_STREAM, 0) : accept(listener, NULL, NULL);
		if (found[i] < 0 || (sending && connect(found[i], (struct sockaddr *)address, sizeof(*address)) != 0))
			return 0;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	pthread_t threads[MOST];
	int sockets[MOST], streams, sending = argc == 6;
	char first;
	double start;

	if (argc < 5 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		return 2;
	address.sin_port = htons(atoi(argv[3]));
	streams = atoi(argv[4]);
	if (streams < 1 || streams > MOST || !connections(sending, &address, streams, sockets))
		return 1;
	if (sending)
		bytes_each = (strtoul(argv[5], NULL, 10) << 20) / streams;
	else
		(void)!recv(sockets[0], &first, 1, MSG_PEEK);
	start = seconds();
	for (int i = 0; i < streams; i++)
		if (pthread_create(&threads[i], NULL, sending ? send_all : receive, (void *)(long)sockets[i]) != 0)
			return 1;
	for (int i = 0; i < streams; i++) {
		pthread_join(threads[i], NULL);
		close(sockets[i]);
	}
	printf("%.6f %.6f\n", seconds() - start, cpu_seconds());
	return 0;
}
