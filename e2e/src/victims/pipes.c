/* pipes: data in flight, a size that was set, packet mode, non-blocking ends, a pipe between parent and child, a closed end. */
#include "victim.h"

static int full[2], quiet[2], widowed[2], to_child[2], from_child[2];
static pid_t child;

static void prepare(void)
{
	char block[40000];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = i * 7;
	MUST(pipe2(full, O_NONBLOCK));
	MUST(fcntl(full[1], F_SETPIPE_SZ, 1 << 17));
	REQUIRE(write(full[1], block, sizeof(block)) == sizeof(block), "write: %s", strerror(errno));
	MUST(pipe2(quiet, O_CLOEXEC));
	MUST(pipe(widowed));
	REQUIRE(write(widowed[1], "last words", 10) == 10, "write: %s", strerror(errno));
	close(widowed[1]);
	MUST(pipe(to_child));
	MUST(pipe(from_child));
	MUST(child = fork());
	if (child == 0) {
		char question;

		close(to_child[1]);
		close(from_child[0]);
		tell("child");
		/* Asleep in read() while it is moved. */
		while (read(to_child[0], &question, 1) == 1) {
			question++;
			REQUIRE(write(from_child[1], &question, 1) == 1, "child's write: %s", strerror(errno));
		}
		_exit(0);
	}
	close(to_child[0]);
	close(from_child[1]);
	await("child");
}

static void verify(void)
{
	char text[16] = "", byte;

	REQUIRE(fcntl(full[1], F_GETPIPE_SZ) == 1 << 17, "the size is %d", fcntl(full[1], F_GETPIPE_SZ));
	for (int i = 0; i < 40000; i++) {
		REQUIRE(read(full[0], &byte, 1) == 1, "byte %d: %s", i, strerror(errno));
		REQUIRE(byte == (char)(i * 7), "byte %d of the pipe is %d", i, byte);
	}
	REQUIRE(read(full[0], &byte, 1) < 0 && errno == EAGAIN, "the pipe is not empty, or blocks");
	REQUIRE(fcntl(quiet[0], F_GETFD) == FD_CLOEXEC && fcntl(quiet[1], F_GETFL) == O_WRONLY, "flags of the quiet pipe");
	REQUIRE(write(quiet[1], "q", 1) == 1 && read(quiet[0], &byte, 1) == 1 && byte == 'q', "the quiet pipe is broken");
	REQUIRE(read(widowed[0], text, sizeof(text)) == 10 && strcmp(text, "last words") == 0, "widowed: '%s'", text);
	REQUIRE(read(widowed[0], text, 1) == 0, "no end of file after the writer's last words");
	for (char question = 'a'; question < 'k'; question++) {
		REQUIRE(write(to_child[1], &question, 1) == 1, "write to the child: %s", strerror(errno));
		REQUIRE(read(from_child[0], &byte, 1) == 1 && byte == question + 1, "the child answers %d", byte);
	}
	close(to_child[1]);
	reap(child);
}
