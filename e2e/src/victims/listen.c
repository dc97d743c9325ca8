/* listen: TCP (v4, v6) and unix sockets that listen take connections after the move, with their options. */
#include "victim.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static int tcp4, tcp6, local, abstract;
static struct sockaddr_in address4 = {.sin_family = AF_INET};
static struct sockaddr_in6 address6 = {.sin6_family = AF_INET6};
static struct sockaddr_un path = {.sun_family = AF_UNIX}, name = {.sun_family = AF_UNIX};
static socklen_t name_length;

static int listener(int family, void *address, socklen_t length)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	MUST(fd);
	if (family != AF_UNIX)
		MUST(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	MUST(bind(fd, address, length));
	MUST(listen(fd, 37));
	if (family != AF_UNIX)
		MUST(getsockname(fd, address, &length));
	return fd;
}

static void prepare(void)
{
	int one = 1, idle = 77, tos = 0x10;
	struct linger linger = { .l_onoff = 1, .l_linger = 13 };

	address4.sin_addr.s_addr = htonl(INADDR_ANY);
	tcp4 = listener(AF_INET, &address4, sizeof(address4));
	MUST(setsockopt(tcp4, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	MUST(setsockopt(tcp4, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)));
	MUST(setsockopt(tcp4, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)));
	MUST(setsockopt(tcp4, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)));
	MUST(setsockopt(tcp4, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	address6.sin6_addr = in6addr_loopback;
	tcp6 = listener(AF_INET6, &address6, sizeof(address6));
	/* Hosts of the tests share their files, but for /run: a socket elsewhere would be in use on both. */
	if (access("/run", W_OK) == 0)
		snprintf(path.sun_path, sizeof(path.sun_path), "/run/godwit-victim-%d", getpid());
	else
		snprintf(path.sun_path, sizeof(path.sun_path), "%s", path_of("socket"));
	unlink(path.sun_path);
	local = listener(AF_UNIX, &path, sizeof(path));
	name_length = offsetof(struct sockaddr_un, sun_path) +
		      1 + snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "victim-%d", getpid());
	abstract = listener(AF_UNIX, &name, name_length);
}

static void connects(int server, int family, void *address, socklen_t length)
{
	int client = socket(family, SOCK_STREAM, 0), accepted;
	char byte = 0;

	MUST(client);
	MUST(connect(client, address, length));
	MUST(accepted = accept(server, NULL, NULL));
	REQUIRE(write(client, "!", 1) == 1 && read(accepted, &byte, 1) == 1 && byte == '!', "nothing came through");
	close(client);
	close(accepted);
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t length = sizeof(value);

	MUST(getsockopt(fd, level, name, &value, &length));
	return value;
}

static int backlog(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);

	MUST(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length));
	return info.tcpi_sacked;
}

static void verify(void)
{
	struct linger linger;
	socklen_t length = sizeof(linger);

	address4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	REQUIRE(accept(tcp4, NULL, NULL) < 0 && errno == EAGAIN, "non-blocking is lost");
	connects(tcp4, AF_INET, &address4, sizeof(address4));
	connects(tcp6, AF_INET6, &address6, sizeof(address6));
	connects(local, AF_UNIX, &path, sizeof(path));
	connects(abstract, AF_UNIX, &name, name_length);
	unlink(path.sun_path);
	REQUIRE(option(tcp4, SOL_SOCKET, SO_REUSEADDR) == 1, "SO_REUSEADDR is lost");
	REQUIRE(option(tcp4, SOL_SOCKET, SO_KEEPALIVE) == 1, "SO_KEEPALIVE is lost");
	REQUIRE(option(tcp4, IPPROTO_TCP, TCP_NODELAY) == 1, "TCP_NODELAY is lost");
	REQUIRE(option(tcp4, SOL_SOCKET, SO_ACCEPTCONN) == 1, "it does not listen");
	REQUIRE(backlog(tcp4) == 37 && backlog(tcp6) == 37, "the backlogs are %d and %d", backlog(tcp4), backlog(tcp6));
	REQUIRE(option(tcp4, IPPROTO_TCP, TCP_KEEPIDLE) == 77, "TCP_KEEPIDLE is lost");
	REQUIRE(option(tcp4, IPPROTO_IP, IP_TOS) == 0x10, "IP_TOS is lost");
	MUST(getsockopt(tcp4, SOL_SOCKET, SO_LINGER, &linger, &length));
	REQUIRE(linger.l_onoff && linger.l_linger == 13, "SO_LINGER is lost");
	REQUIRE(fcntl(tcp6, F_GETFD) == FD_CLOEXEC, "close-on-exec is lost");
}
