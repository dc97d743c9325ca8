/*
 * Sends pages by CRIU's page-server protocol as fast as it can, and tells what the server took for it.
 * Arguments: PORT SERVER_PID MIB PAGES_PER_RUN
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL

struct header {
	uint32_t word, padding;
	uint64_t pages, address, object;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Seconds of processor time that the server has used. */
static double used(const char *pid)
{
	char path[64];
	unsigned long user = 0, system = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		exit(1);
	fclose(file);
	return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static void send_all(int to, struct iovec *part, int parts)
{
	while (parts > 0) {
		ssize_t done = writev(to, part, parts);

		if (done < 0) {
			perror("send");
			exit(1);
		}
		while (parts > 0 && (size_t)done >= part->iov_len) {
			done -= part->iov_len;
			part++;
			parts--;
		}
		if (parts > 0) {
			part->iov_base = (char *)part->iov_base + done;
			part->iov_len -= done;
		}
	}
}

static void ask(int to, struct header *header, size_t answer)
{
	struct iovec part = {header, sizeof *header};
	char bytes[4];

	send_all(to, &part, 1);
	if (recv(to, bytes, answer, MSG_WAITALL) != (ssize_t)answer || bytes[0]) {
		fprintf(stderr, "the server did not answer as it should\n");
		exit(1);
	}
}

int main(int count, char **arguments)
{
	if (count != 5)
		return 2;
	unsigned long bytes = strtoul(arguments[3], NULL, 10) << 20, pages = strtoul(arguments[4], NULL, 10), sent = 0;
	struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(atoi(arguments[1]))};
	struct header header = {.word = 4, .object = 42 << 8 | 1}, end = {.word = 0x1023};
	char *run = malloc(pages * PAGE);
	int to = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	double start, processor;

	memset(run, 7, pages * PAGE);
	if (connect(to, (struct sockaddr *)&server, sizeof server)) {
		perror("connect");
		return 1;
	}
	setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	processor = used(arguments[2]);
	start = now();
	ask(to, &header, 1);
	header.word = 6 | 4 << 16;
	header.pages = pages;
	/* a page between two runs, so that they are two */
	for (header.address = PAGE; sent < bytes; header.address += (pages + 1) * PAGE) {
		struct iovec parts[] = {{&header, sizeof header}, {run, pages * PAGE}};

		send_all(to, parts, 2);
		sent += pages * PAGE;
	}
	ask(to, &end, 4);
	start = now() - start;
	processor = used(arguments[2]) - processor;
	printf("%6lu KiB a run  %5.2f GB/s  %5.2f s of processor time a GB\n", pages * 4, sent / start / 1e9, processor * 1e9 / sent);
	return 0;
}
