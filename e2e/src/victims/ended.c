/* ended: sockets of TCP connections that are over read and write as before, and a socket that never was connected too. */
#include "victim.h"
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

static int one, other, fresh;

static void prepare(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	MUST(server);
	MUST(bind(server, (struct sockaddr *)&address, length));
	MUST(listen(server, 1));
	MUST(getsockname(server, (struct sockaddr *)&address, &length));
	MUST(one = socket(AF_INET, SOCK_STREAM, 0));
	MUST(connect(one, (struct sockaddr *)&address, length));
	MUST(other = accept(server, NULL, NULL));
	MUST(shutdown(one, SHUT_WR));
	REQUIRE(read(other, &byte, 1) == 0, "the end does not come");
	MUST(shutdown(other, SHUT_WR));
	REQUIRE(read(one, &byte, 1) == 0, "the other end does not come");
	close(server);
	MUST(fresh = socket(AF_INET6, SOCK_STREAM, 0));
	signal(SIGPIPE, SIG_IGN);
}

static void is_over(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN | POLLRDHUP};
	char byte;

	REQUIRE(poll(&poller, 1, 0) == 1 && (poller.revents & (POLLIN | POLLRDHUP | POLLHUP)) ==
		(POLLIN | POLLRDHUP | POLLHUP), "poll says %#x", poller.revents);
	REQUIRE(read(fd, &byte, 1) == 0, "reading says %s", strerror(errno));
	REQUIRE(write(fd, "!", 1) < 0 && errno == EPIPE, "writing says %s", strerror(errno));
}

static void verify(void)
{
	char byte;

	is_over(one);
	is_over(other);
	REQUIRE(read(fresh, &byte, 1) < 0 && errno == ENOTCONN, "what never was connected reads %s", strerror(errno));
}
