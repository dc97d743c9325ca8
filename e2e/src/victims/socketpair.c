/* socketpair: queued bytes and messages with their borders, both ends in one process or in two, a shut-down half. */
#include "victim.h"
#include <sys/socket.h>

static int stream[2], datagram[2], packet[2], half[2], family[2];
static pid_t child;

static void put(int fd, const char *text)
{
	REQUIRE(send(fd, text, strlen(text), 0) == (ssize_t)strlen(text), "send: %s", strerror(errno));
}

static void expect(int fd, const char *text)
{
	char buffer[64] = "";

	REQUIRE(recv(fd, buffer, sizeof(buffer) - 1, MSG_DONTWAIT) == (ssize_t)strlen(text), "recv: %s, '%s'",
		strerror(errno), buffer);
	REQUIRE(strcmp(buffer, text) == 0, "'%s' in place of '%s'", buffer, text);
}

static void prepare(void)
{
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream));
	put(stream[0], "queued there");
	put(stream[1], "and back");
	MUST(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, datagram));
	put(datagram[0], "one");
	put(datagram[0], "two and");
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packet));
	put(packet[1], "a packet");
	put(packet[1], "another");
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, half));
	put(half[0], "the end");
	MUST(shutdown(half[0], SHUT_WR));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, family));
	MUST(child = fork());
	if (child == 0) {
		char question[8] = "";

		close(family[0]);
		tell("child");
		REQUIRE(read(family[1], question, 8) == 4, "the child reads '%s'", question);
		put(family[1], "pong");
		_exit(0);
	}
	close(family[1]);
	await("child");
}

static void verify(void)
{
	char answer[8] = "";

	expect(stream[1], "queued there");
	expect(stream[0], "and back");
	put(stream[0], "fresh");
	expect(stream[1], "fresh");
	expect(datagram[1], "one");
	expect(datagram[1], "two and");
	REQUIRE(fcntl(datagram[0], F_GETFL) & O_NONBLOCK, "non-blocking is lost");
	expect(packet[0], "a packet");
	expect(packet[0], "another");
	expect(half[1], "the end");
	REQUIRE(read(half[1], answer, 8) == 0, "no end of file after the shutdown");
	REQUIRE(send(half[0], "x", 1, MSG_NOSIGNAL) < 0 && errno == EPIPE, "what was shut down can send");
	put(half[1], "still");
	expect(half[0], "still");
	REQUIRE(fcntl(stream[0], F_GETFD) == FD_CLOEXEC, "close-on-exec is lost");
	put(family[0], "ping");
	REQUIRE(read(family[0], answer, 8) == 4 && memcmp(answer, "pong", 4) == 0, "the child says '%.4s'", answer);
	reap(child);
}
