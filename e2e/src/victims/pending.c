/* pending: connections inside the tree that wait to be accepted on unix sockets are accepted after the move, in order. */
#include "victim.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define CLIENTS 3

static int stream, packets, clients[CLIENTS], packet;
static struct sockaddr_un name = {.sun_family = AF_UNIX}, other = {.sun_family = AF_UNIX};

static socklen_t abstract(struct sockaddr_un *address, const char *text)
{
	return offsetof(struct sockaddr_un, sun_path) + 1 +
	       snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s-%d", text, getpid());
}

static int listener(int type, struct sockaddr_un *address, socklen_t length)
{
	int fd = socket(AF_UNIX, type, 0);

	MUST(fd);
	MUST(bind(fd, (struct sockaddr *)address, length));
	MUST(listen(fd, 5));
	return fd;
}

static int client(int type, struct sockaddr_un *address, socklen_t length)
{
	int fd = socket(AF_UNIX, type, 0);

	MUST(fd);
	MUST(connect(fd, (struct sockaddr *)address, length));
	return fd;
}

static void prepare(void)
{
	socklen_t length = abstract(&name, "stream");
	int i;

	stream = listener(SOCK_STREAM, &name, length);
	/* The later a socket was made, the sooner it waits: their numbers do not tell the order. */
	for (i = CLIENTS - 1; i >= 0; i--)
		MUST(clients[i] = socket(AF_UNIX, SOCK_STREAM, 0));
	for (i = 0; i < CLIENTS; i++)
		MUST(connect(clients[i], (struct sockaddr *)&name, length));
	MUST(shutdown(clients[1], SHUT_WR));
	length = abstract(&other, "packets");
	packets = listener(SOCK_SEQPACKET, &other, length);
	packet = client(SOCK_SEQPACKET, &other, length);
}

static void speaks(int listener, int client, int number)
{
	char byte = 0;
	int accepted = accept(listener, NULL, NULL);

	MUST(accepted);
	REQUIRE(send(accepted, "?", 1, 0) == 1, "connection %d does not take anything: %s", number, strerror(errno));
	REQUIRE(recv(client, &byte, 1, MSG_DONTWAIT) == 1 && byte == '?', "connection %d is another's", number);
	if (number == 1) {
		REQUIRE(recv(accepted, &byte, 1, MSG_DONTWAIT) == 0, "the end of connection 1 is lost");
	} else {
		REQUIRE(send(client, "!", 1, 0) == 1, "connection %d takes nothing back: %s", number, strerror(errno));
		REQUIRE(recv(accepted, &byte, 1, MSG_DONTWAIT) == 1 && byte == '!', "nothing came of %d", number);
	}
	close(accepted);
}

static void verify(void)
{
	int i;

	for (i = 0; i < CLIENTS; i++)
		speaks(stream, clients[i], i);
	speaks(packets, packet, CLIENTS);
	MUST(fcntl(stream, F_SETFL, O_NONBLOCK));
	REQUIRE(accept(stream, NULL, NULL) < 0 && errno == EAGAIN, "there is one connection more");
}
