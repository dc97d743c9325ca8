/*
 * A victim is a small program that sets something up, is moved, and then checks itself.
 *
 *   victim DIRECTORY
 *
 * It makes DIRECTORY/ready once all is set up, waits until DIRECTORY/go exists, checks itself, writes `pass` or
 * `fail: REASON` to DIRECTORY/result and exits with 0 or 1. Any process of its tree may fail; the first one only passes.
 */
#ifndef VICTIM_H
#define VICTIM_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *directory;

/* The path of a file of this victim; valid until the eighth call after. */
static inline const char *path_of(const char *name)
{
	static __thread char paths[8][4096];
	static __thread unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

static inline void finish(int code, const char *format, ...)
{
	char text[512], own[32];
	va_list arguments;
	int length, fd;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text) - 1, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(text) - 2)
		length = sizeof(text) - 2;
	text[length] = '\n';
	snprintf(own, sizeof(own), "result.%d", getpid());
	/* link() and not rename(): the first word counts. */
	fd = open(path_of(own), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, text, length + 1) != length + 1)
		_exit(3);
	if (link(path_of(own), path_of("result")) != 0 && errno != EEXIST)
		_exit(3);
	unlink(path_of(own));
	_exit(code);
}

#define FAIL(...) finish(1, "fail: " __VA_ARGS__)
#define REQUIRE(condition, ...)                                                                                        \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			FAIL(__VA_ARGS__);                                                                             \
	} while (0)
#define MUST(call) REQUIRE((call) >= 0, "%s: %s", #call, strerror(errno))

static inline int exists(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static inline void wait_until_moved(void)
{
	while (!exists("go"))
		usleep(2000);
}

/* One process of the victim tells the others that it has set up its part, and they wait for it. */
static inline void tell(const char *name)
{
	REQUIRE(mkdir(path_of(name), 0777) == 0, "mkdir: %s", strerror(errno));
}

static inline void await(const char *name)
{
	while (!exists(name))
		usleep(1000);
}

/* Enters the cgroups whose lists of tasks the file names, one a line, if there is the file; 0 is whoever writes it. */
static inline void enter(const char *name)
{
	char line[4096];
	FILE *lists = fopen(path_of(name), "re");
	int fd;

	if (!lists)
		return;
	while (fgets(line, sizeof(line), lists)) {
		line[strcspn(line, "\n")] = 0;
		fd = open(line, O_WRONLY | O_CLOEXEC);
		REQUIRE(fd >= 0 && write(fd, "0", 1) == 1, "%s enters %s: %s", name, line, strerror(errno));
		close(fd);
	}
	fclose(lists);
}

/* All is set up: the tree may be moved from now on. A directory, since it never is an open descriptor. */
static inline void ready_and_wait(void)
{
	REQUIRE(mkdir(path_of("ready"), 0777) == 0 || errno == EEXIST, "mkdir: %s", strerror(errno));
	wait_until_moved();
}

/* The child must have ended well. */
static inline void reap(pid_t child)
{
	int status;

	MUST(waitpid(child, &status, 0));
	REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0, "child %d ended with status %#x", child, status);
}

/* A process that works, and tells when it does. */
static inline pid_t start_worker(void (*work)(void))
{
	pid_t worker = fork();

	MUST(worker);
	if (worker == 0)
		work();
	await("works");
	return worker;
}

static void prepare(void);
static void verify(void);

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	directory = argv[1];
	prepare();
	ready_and_wait();
	verify();
	finish(0, "pass");
}

#endif
