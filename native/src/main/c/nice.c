/*
 * The program that gives its session the nice value back that its parent has changed, if the parent ends without having done so:
 * a parent that is killed can not.
 *
 *   godwit-nice         takes values from standard input, of its parent: a signed byte each
 *
 * A value is what the session is to have when the parent has ended; NOTHING leaves it as it is then. It writes a byte when it is
 * ready. The end of the parent is told by its pidfd, since others may have the other end of the pipe too. It is in the
 * parent's session, which it is about, but in a process group of its own, as a whole group may be killed. No signal ends it but SIGKILL.
 * Exit status: an errno, or 0.
 */
#include "program.h"
#include <fcntl.h>
#include <poll.h>
#include <time.h>

enum {
	PARENT = 3,
	NOTHING = 127,
	/* Without CAP_SYS_ADMIN the kernel allows ten changes a second, of all sessions together. */
	TRIES = 200,
	BETWEEN_TRIES_NANOS = 50000000,
};

/* 0 if there is none any more. What the parent wrote before it ended is read first. */
static int next_value(int8_t *value)
{
	struct pollfd watched[2] = { { .fd = 0, .events = POLLIN }, { .fd = PARENT, .events = POLLIN } };

	while (call(SYS_poll, (uintptr_t)watched, 2, (uint64_t)-1, 0, 0) == -EINTR)
		;
	return (watched[0].revents & POLLIN) && call(SYS_read, 0, (uintptr_t)value, 1, 0, 0) == 1;
}

/* Without a zero in front, which would make it octal. */
static uint64_t decimal(char *text, int value)
{
	uint64_t length = 0;
	int positive = value < 0 ? -value : value;

	if (value < 0)
		text[length++] = '-';
	if (positive >= 10)
		text[length++] = (char)('0' + positive / 10);
	text[length++] = (char)('0' + positive % 10);
	return length;
}

static long set(int value)
{
	char text[3];
	uint64_t length = decimal(text, value);
	int fd = must(call(SYS_open, (uintptr_t)"/proc/self/autogroup", O_WRONLY, 0, 0, 0));
	long result = call(SYS_write, (uint64_t)fd, (uintptr_t)text, length, 0, 0);

	call(SYS_close, (uint64_t)fd, 0, 0, 0, 0);
	return result;
}

static long put_back(int value)
{
	struct timespec rest = { .tv_nsec = BETWEEN_TRIES_NANOS };
	long result = set(value);

	for (int i = 1; i < TRIES && result == -EAGAIN; i++) {
		call(SYS_nanosleep, (uintptr_t)&rest, 0, 0, 0, 0);
		result = set(value);
	}
	return result;
}

__attribute__((noreturn, visibility("hidden"))) void program_main(const uint64_t *stack)
{
	int8_t next, value = NOTHING;

	(void)stack;
	block_signals();
	open_parent(PARENT);
	must(call(SYS_chdir, (uintptr_t)"/", 0, 0, 0, 0));
	must(call(SYS_setpgid, 0, 0, 0, 0, 0));
	must(call(SYS_write, 1, (uintptr_t)&value, 1, 0, 0));
	while (next_value(&next))
		value = next;
	if (value != NOTHING)
		must(put_back(value));
	leave(0);
}
