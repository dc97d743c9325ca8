/*
 * server: a TCP connection of its own and a listening socket. DIRECTORY/port has the port; what waits to be accepted is for the
 * test to make. After a move that let go of connections both ends are closed, and the server takes new ones.
 */
#include "victim.h"
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

static int server, one, other, local;
static struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = INADDR_ANY};
static struct sockaddr_un path = {.sun_family = AF_UNIX};

static void prepare(void)
{
	socklen_t length = sizeof(address);
	FILE *port;

	signal(SIGPIPE, SIG_IGN);
	MUST(server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	MUST(bind(server, (struct sockaddr *)&address, length));
	MUST(listen(server, 9));
	MUST(getsockname(server, (struct sockaddr *)&address, &length));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (exists("connected")) {
		MUST(one = socket(AF_INET, SOCK_STREAM, 0));
		MUST(connect(one, (struct sockaddr *)&address, length));
		MUST(other = accept(server, NULL, NULL));
		REQUIRE(write(one, "unread", 6) == 6, "it can not write: %s", strerror(errno));
	}
	/* Hosts of the tests share their files, but for /run. */
	snprintf(path.sun_path, sizeof(path.sun_path), "%s",
		 exists("connected") && access("/run", W_OK) == 0 ? "/run/godwit-server" : path_of("socket"));
	unlink(path.sun_path);
	MUST(local = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
	MUST(bind(local, (struct sockaddr *)&path, sizeof(path)));
	MUST(listen(local, 9));
	port = fopen(path_of("port"), "w");
	fprintf(port, "%d", ntohs(address.sin_port));
	fclose(port);
}

static void takes_one(int listener, int family, void *to, socklen_t length)
{
	int client = socket(family, SOCK_STREAM, 0), accepted;
	char byte = 0;

	REQUIRE(accept(listener, NULL, NULL) < 0 && errno == EAGAIN, "a connection still waits");
	MUST(connect(client, to, length));
	MUST(accepted = accept(listener, NULL, NULL));
	REQUIRE(write(client, "!", 1) == 1 && read(accepted, &byte, 1) == 1 && byte == '!', "nothing came through");
	close(client);
	close(accepted);
}

static void is_closed(int fd)
{
	char byte;

	REQUIRE(read(fd, &byte, 1) == 0, "reading says %s", strerror(errno));
	REQUIRE(write(fd, "!", 1) < 0 && errno == EPIPE, "writing says %s", strerror(errno));
}

static void verify(void)
{
	if (exists("connected")) {
		is_closed(one);
		is_closed(other);
	}
	takes_one(server, AF_INET, &address, sizeof(address));
	takes_one(local, AF_UNIX, &path, sizeof(path));
	unlink(path.sun_path);
}
