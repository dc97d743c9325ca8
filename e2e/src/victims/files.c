/* files: offsets, append, O_PATH, read-only, close-on-exec, dup, an offset shared with a child, a directory. */
#include "victim.h"
#include <dirent.h>

static int reading, appending, path_only, duplicate, high, directory_fd;
static pid_t child;

static int make(const char *name, const char *content)
{
	int fd = open(path_of(name), O_RDWR | O_CREAT | O_TRUNC, 0640);

	MUST(fd);
	REQUIRE(write(fd, content, strlen(content)) == (ssize_t)strlen(content), "write %s", name);
	return fd;
}

static void expect(int fd, const char *text)
{
	char buffer[16] = "";

	REQUIRE(read(fd, buffer, strlen(text)) == (ssize_t)strlen(text), "read of fd %d: %s", fd, strerror(errno));
	REQUIRE(strcmp(buffer, text) == 0, "fd %d reads '%s' in place of '%s'", fd, buffer, text);
}

static void prepare(void)
{
	int fd = make("read", "0123456789abcdef");

	close(fd);
	MUST(reading = open(path_of("read"), O_RDONLY | O_CLOEXEC));
	expect(reading, "0123");
	MUST(duplicate = dup(reading));
	MUST(high = fcntl(reading, F_DUPFD_CLOEXEC, 777));
	close(make("append", "first "));
	MUST(appending = open(path_of("append"), O_WRONLY | O_APPEND));
	MUST(path_only = open(path_of("read"), O_PATH));
	MUST(directory_fd = open(directory, O_RDONLY | O_DIRECTORY));
	child = fork();
	MUST(child);
	if (child == 0) {
		wait_until_moved();
		while (!exists("parent-read"))
			usleep(1000);
		expect(high, "89ab");
		_exit(0);
	}
}

static void verify(void)
{
	char content[32] = "";
	int fd;

	REQUIRE(lseek(reading, 0, SEEK_CUR) == 4, "the offset was 4 and is %ld", (long)lseek(reading, 0, SEEK_CUR));
	expect(duplicate, "4567");
	close(make("parent-read", ""));
	reap(child);
	expect(high, "cdef");
	REQUIRE(fcntl(reading, F_GETFD) == FD_CLOEXEC, "close-on-exec is lost");
	REQUIRE(fcntl(duplicate, F_GETFD) == 0, "close-on-exec came out of nothing");
	REQUIRE((fcntl(reading, F_GETFL) & O_ACCMODE) == O_RDONLY, "read-only is lost");
	REQUIRE(fcntl(path_only, F_GETFL) & O_PATH, "O_PATH is lost");
	REQUIRE(read(path_only, content, 1) < 0 && errno == EBADF, "an O_PATH descriptor can be read");
	REQUIRE(write(appending, "second", 6) == 6, "append: %s", strerror(errno));
	MUST(fd = openat(directory_fd, "append", O_RDONLY));
	expect(fd, "first second");
}
