/* outside: a pipe and a unix socket whose other ends a process outside of the tree holds, and a file. */
#include "victim.h"
#include <sys/socket.h>

enum { PIPE = 20, SOCKET = 21, PLAIN = 22 };

static void move(int from, int to)
{
	MUST(dup2(from, to));
	close(from);
}

/* An orphan: its parent is gone, so it is in the tree of init. It keeps its ends until the victim's directory is gone. */
static void leave_outside(void)
{
	pid_t child = fork();

	MUST(child);
	if (child == 0) {
		if (fork() == 0) {
			setsid();
			close(PIPE);
			close(SOCKET);
			close(PLAIN);
			tell("outsider");
			while (exists("outsider"))
				usleep(20000);
		}
		_exit(0);
	}
	reap(child);
	await("outsider");
}

static void prepare(void)
{
	int ends[2], pair[2], fd;

	MUST(pipe(ends));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(fd = open(path_of("plain"), O_RDWR | O_CREAT, 0640));
	move(ends[0], PIPE);
	move(pair[0], SOCKET);
	move(fd, PLAIN);
	leave_outside();
	close(ends[1]);
	close(pair[1]);
}

static void expect(int fd, const char *text)
{
	char buffer[64] = "";

	MUST(read(fd, buffer, sizeof(buffer) - 1));
	REQUIRE(strcmp(buffer, text) == 0, "fd %d reads '%s' in place of '%s'", fd, buffer, text);
}

static void verify(void)
{
	expect(PIPE, "a pipe of the restore");
	expect(SOCKET, "a socket of the restore");
	expect(PLAIN, "a file of the restore");
	REQUIRE(write(SOCKET, "answer", 6) == 6, "write: %s", strerror(errno));
}
