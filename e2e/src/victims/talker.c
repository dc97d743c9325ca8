/*
 * talker: a server that talks with one client of the test without a pause. Each byte of either direction is a function of its
 * number. It takes less than the client sends, and sends what the client takes, so that both queues are always full. DIRECTORY/address
 * names where to listen, if not on all addresses; DIRECTORY/port is written. After `go` it ends its side, and waits for the client
 * to end; DIRECTORY/sent and DIRECTORY/received have the numbers of bytes.
 */
#include "victim.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#define BLOCK 4096

static pthread_t thread;
static int server;

static unsigned char pattern(long at)
{
	return at * 31 + (at >> 9);
}

static void note(const char *name, long number)
{
	FILE *file = fopen(path_of(name), "w");

	fprintf(file, "%ld", number);
	fclose(file);
}

static void hears(const unsigned char *block, long count, long at)
{
	long i;

	for (i = 0; i < count; i++)
		REQUIRE(block[i] == pattern(at + i), "byte %ld of the client is another", at + i);
}

static void *talk(void *unused)
{
	unsigned char block[BLOCK];
	long sent = 0, received = 0, count, i;
	int client = accept(server, NULL, NULL), ended = 0;

	(void)unused;
	MUST(client);
	for (;;) {
		struct pollfd ready = {.fd = client, .events = POLLIN | (ended ? 0 : POLLOUT)};

		MUST(poll(&ready, 1, 100));
		if (!ended && exists("go")) {
			REQUIRE(shutdown(client, SHUT_WR) == 0 || errno == ENOTCONN, "shutdown: %s", strerror(errno));
			note("sent", sent);
			ended = 1;
		}
		if (!ended && (ready.revents & POLLOUT)) {
			for (i = 0; i < BLOCK; i++)
				block[i] = pattern(sent + i);
			count = send(client, block, BLOCK, MSG_DONTWAIT);
			REQUIRE(count > 0 || errno == EAGAIN || errno == EPIPE, "sending: %s", strerror(errno));
			sent += count > 0 ? count : 0;
		}
		if (ready.revents & (POLLIN | POLLERR | POLLHUP)) {
			count = recv(client, block, BLOCK, MSG_DONTWAIT);
			REQUIRE(count >= 0 || errno == EAGAIN, "receiving: %s", strerror(errno));
			if (count == 0)
				break;
			hears(block, count > 0 ? count : 0, received);
			received += count > 0 ? count : 0;
		}
		if (!ended)
			usleep(1000);
	}
	note("received", received);
	return NULL;
}

static void prepare(void)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6};
	socklen_t length = sizeof(address);
	char text[64];
	int given = open(path_of("address"), O_RDONLY);

	signal(SIGPIPE, SIG_IGN);
	if (given >= 0) {
		long size = read(given, text, sizeof(text) - 1);

		REQUIRE(size > 0, "no address");
		text[size] = 0;
		REQUIRE(inet_pton(AF_INET6, text, &address.sin6_addr) == 1, "%s is no address", text);
		close(given);
	}
	MUST(server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
	MUST(bind(server, (struct sockaddr *)&address, length));
	MUST(listen(server, 1));
	MUST(getsockname(server, (struct sockaddr *)&address, &length));
	note("port", ntohs(address.sin6_port));
	REQUIRE(pthread_create(&thread, NULL, talk, NULL) == 0, "pthread_create");
}

static void verify(void)
{
	pthread_join(thread, NULL);
}
