/*
 * connections: TCP connections with both ends in the tree, of IPv4, IPv6 and IPv4 mapped into IPv6, in every state that a
 * descriptor can be in: open with data both ways, blocked, ended by either side or by both. Nothing is lost or said twice.
 */
#include "victim.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define FAMILIES 3
#define BLOCK 4096

/* What a pair of ends is for. */
enum { OPEN, BLOCKED, HALF, FIN_WAITS, LAST, CLOSING, PAIRS };

static struct family {
	int family, mapped, listener;
	struct sockaddr_storage address;
	socklen_t length;
	int client[PAIRS], server[PAIRS];
	long queued[PAIRS];
} families[FAMILIES] = {{AF_INET, 0, 0, {0}, 0, {0}, {0}, {0}},
			{AF_INET6, 0, 0, {0}, 0, {0}, {0}, {0}},
			{AF_INET6, 1, 0, {0}, 0, {0}, {0}, {0}}};

static unsigned char pattern(long at)
{
	return at * 31 + (at >> 9);
}

static void listens(struct family *f)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&f->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&f->address;
	int small = 32768;

	f->address.ss_family = f->family;
	f->length = f->family == AF_INET ? sizeof(*v4) : sizeof(*v6);
	if (f->family == AF_INET)
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (!f->mapped)
		v6->sin6_addr = in6addr_loopback;
	MUST(f->listener = socket(f->family, SOCK_STREAM, 0));
	MUST(setsockopt(f->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	MUST(bind(f->listener, (struct sockaddr *)&f->address, f->length));
	MUST(listen(f->listener, PAIRS));
	MUST(getsockname(f->listener, (struct sockaddr *)&f->address, &f->length));
	if (f->mapped) {
		v6->sin6_addr.s6_addr[10] = v6->sin6_addr.s6_addr[11] = 0xff;
		v6->sin6_addr.s6_addr[12] = 127;
		v6->sin6_addr.s6_addr[15] = 1;
	}
}

static void connects(struct family *f, int pair)
{
	int small = 32768;

	MUST(f->client[pair] = socket(f->family, SOCK_STREAM, 0));
	MUST(setsockopt(f->client[pair], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)));
	MUST(connect(f->client[pair], (struct sockaddr *)&f->address, f->length));
	MUST(f->server[pair] = accept(f->listener, NULL, NULL));
}

/* Writes until no more is taken: into the other side's queue, and our own. */
static long fill(int fd)
{
	unsigned char block[BLOCK];
	long total = 0, count, i;

	for (;;) {
		for (i = 0; i < BLOCK; i++)
			block[i] = pattern(total + i);
		count = send(fd, block, BLOCK, MSG_DONTWAIT);
		if (count < 0 && errno == EAGAIN) {
			struct pollfd wait = {.fd = fd, .events = POLLOUT};

			if (poll(&wait, 1, 300) == 0)
				return total;
			continue;
		}
		MUST(count);
		total += count;
	}
}

static int state(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);

	MUST(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length));
	return info.tcpi_state;
}

static void in_state(int fd, int expected)
{
	int i;

	for (i = 0; i < 1000 && state(fd) != expected; i++)
		usleep(1000);
	REQUIRE(state(fd) == expected, "a connection is in state %d instead of %d", state(fd), expected);
}

static void set(int fd, int level, int option, int value)
{
	MUST(setsockopt(fd, level, option, &value, sizeof(value)));
}

static void has(int fd, int level, int option, int value)
{
	int now = -1;
	socklen_t length = sizeof(now);

	MUST(getsockopt(fd, level, option, &now, &length));
	REQUIRE(now == value, "option %d/%d is %d instead of %d", level, option, now, value);
}

static void options(struct family *f)
{
	set(f->client[OPEN], IPPROTO_TCP, TCP_NODELAY, 1);
	set(f->client[OPEN], SOL_SOCKET, SO_KEEPALIVE, 1);
	set(f->client[OPEN], IPPROTO_TCP, TCP_KEEPIDLE, 77);
	set(f->client[OPEN], IPPROTO_TCP, TCP_KEEPINTVL, 11);
	set(f->client[OPEN], IPPROTO_TCP, TCP_KEEPCNT, 5);
	set(f->server[OPEN], SOL_SOCKET, SO_REUSEADDR, 1);
	set(f->server[OPEN], SOL_SOCKET, SO_RCVLOWAT, 3);
}

static void same_options(struct family *f)
{
	has(f->client[OPEN], IPPROTO_TCP, TCP_NODELAY, 1);
	has(f->client[OPEN], SOL_SOCKET, SO_KEEPALIVE, 1);
	has(f->client[OPEN], IPPROTO_TCP, TCP_KEEPIDLE, 77);
	has(f->client[OPEN], IPPROTO_TCP, TCP_KEEPINTVL, 11);
	has(f->client[OPEN], IPPROTO_TCP, TCP_KEEPCNT, 5);
	has(f->client[OPEN], SOL_SOCKET, SO_REUSEADDR, 0);
	has(f->client[OPEN], SOL_SOCKET, SO_SNDBUF, 65536);
	has(f->server[OPEN], SOL_SOCKET, SO_RCVBUF, 65536);
	has(f->server[OPEN], SOL_SOCKET, SO_REUSEADDR, 1);
	has(f->server[OPEN], SOL_SOCKET, SO_RCVLOWAT, 3);
	has(f->server[OPEN], IPPROTO_TCP, TCP_NODELAY, 0);
}

static void prepare(void)
{
	int i, pair;

	for (i = 0; i < FAMILIES; i++) {
		struct family *f = &families[i];

		listens(f);
		for (pair = 0; pair < PAIRS; pair++)
			connects(f, pair);
		options(f);
		REQUIRE(write(f->client[OPEN], "ping", 4) == 4 && write(f->server[OPEN], "pong!", 5) == 5, "write");
		f->queued[BLOCKED] = fill(f->client[BLOCKED]);

		REQUIRE(write(f->client[HALF], "last", 4) == 4, "write");
		MUST(shutdown(f->client[HALF], SHUT_WR));
		in_state(f->client[HALF], TCP_FIN_WAIT2);
		in_state(f->server[HALF], TCP_CLOSE_WAIT);

		f->queued[FIN_WAITS] = fill(f->client[FIN_WAITS]);
		MUST(shutdown(f->client[FIN_WAITS], SHUT_WR));
		in_state(f->client[FIN_WAITS], TCP_FIN_WAIT1);
		in_state(f->server[FIN_WAITS], TCP_ESTABLISHED);

		MUST(shutdown(f->server[LAST], SHUT_WR));
		in_state(f->client[LAST], TCP_CLOSE_WAIT);
		f->queued[LAST] = fill(f->client[LAST]);
		MUST(shutdown(f->client[LAST], SHUT_WR));
		in_state(f->client[LAST], TCP_LAST_ACK);
		in_state(f->server[LAST], TCP_FIN_WAIT2);

		f->queued[CLOSING] = fill(f->client[CLOSING]);
		MUST(shutdown(f->client[CLOSING], SHUT_WR));
		MUST(shutdown(f->server[CLOSING], SHUT_WR));
		in_state(f->client[CLOSING], TCP_CLOSING);
		in_state(f->server[CLOSING], TCP_FIN_WAIT2);
	}
}

static void reads(int fd, const char *text)
{
	char buffer[64] = {0};
	long length = strlen(text);

	REQUIRE(recv(fd, buffer, length, MSG_WAITALL) == length, "%s: %s", text, strerror(errno));
	REQUIRE(memcmp(buffer, text, length) == 0, "'%s' instead of '%s'", buffer, text);
}

static void ended(int fd)
{
	char byte;
	long count = recv(fd, &byte, 1, 0);

	REQUIRE(count == 0, "a byte came after the end, or %s", strerror(errno));
}

static void drains(int fd, long total, const char *what)
{
	unsigned char block[BLOCK];
	long at = 0, count, i;

	while (at < total) {
		count = recv(fd, block, BLOCK, 0);
		REQUIRE(count > 0, "%s ends after %ld of %ld bytes: %s", what, at, total, strerror(errno));
		for (i = 0; i < count; i++, at++)
			REQUIRE(block[i] == pattern(at), "%s: byte %ld of %ld is another", what, at, total);
	}
	REQUIRE(at == total, "%s has %ld bytes instead of %ld", what, at, total);
}

static void verify(void)
{
	int i;

	for (i = 0; i < FAMILIES; i++) {
		struct family *f = &families[i];

		same_options(f);
		reads(f->server[OPEN], "ping");
		reads(f->client[OPEN], "pong!");
		REQUIRE(write(f->client[OPEN], "again", 5) == 5, "write");
		reads(f->server[OPEN], "again");
		drains(f->server[BLOCKED], f->queued[BLOCKED], "the blocked connection");
		REQUIRE(write(f->client[BLOCKED], "free", 4) == 4, "write");
		reads(f->server[BLOCKED], "free");

		reads(f->server[HALF], "last");
		ended(f->server[HALF]);
		REQUIRE(write(f->server[HALF], "reply", 5) == 5, "write");
		reads(f->client[HALF], "reply");
		MUST(shutdown(f->server[HALF], SHUT_WR));
		ended(f->client[HALF]);
	}
	for (i = 0; i < FAMILIES; i++) {
		struct family *f = &families[i];

		drains(f->server[FIN_WAITS], f->queued[FIN_WAITS], "the ended connection");
		ended(f->server[FIN_WAITS]);
		REQUIRE(write(f->server[FIN_WAITS], "back", 4) == 4, "write");
		reads(f->client[FIN_WAITS], "back");
		ended(f->client[LAST]);
		drains(f->server[LAST], f->queued[LAST], "the connection that was in LAST_ACK");
		ended(f->server[LAST]);
		ended(f->client[CLOSING]);
		drains(f->server[CLOSING], f->queued[CLOSING], "the connection that was in CLOSING");
		ended(f->server[CLOSING]);
	}
}
