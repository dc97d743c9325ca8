/*
 * The program that ends processes if their guardian does not see it through. The memory of a process whose last userfaultfd
 * is closed reads as zeros where it was not filled; so the filler's descriptors are here too, and if it ends before it said so,
 * the processes are killed before these are closed.
 *
 *   godwit-guard        takes requests of two 32-bit words from standard input, of its parent
 *
 * HOLD FD    duplicates this descriptor of the parent, a pidfd or a userfaultfd; answers with its number here, or -errno
 * DROP N     closes the descriptor of this number
 * DONE 0     leaves the processes alone, and ends
 * END 0      sends SIGKILL to all that a pidfd is held of, and ends: the guardian has seen to it that no other has zeros to read
 *
 * At the end of its input, or when nobody takes its answers, it does as by END, but ends only when the memory of every userfaultfd is
 * gone: there may be a process that nobody has seen, a child whose parent ended at once. It waits for the pages that nobody
 * gives it then, until somebody kills it. No signal ends this before but SIGKILL. Exit status: an errno, or 0.
 */
#include "program.h"
#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <time.h>

enum {
	PARENT = 3,
	FIRST = 4,
	HOLD = 1,
	DROP = 2,
	DONE = 3,
	END = 4,
	BETWEEN_LOOKS_NANOS = 100000000,
	PAGE = 4096,
	/* An address below that of this program. */
	NOTHING_HERE = 1 << 20,
};

static int next_request(uint32_t *request)
{
	long got, have = 0;

	while (have < 8) {
		got = call(SYS_read, 0, (uintptr_t)request + (uint64_t)have, (uint64_t)(8 - have), 0, 0);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			return 0;
		have += got;
	}
	return 1;
}

/* What is no pidfd is refused with EBADF, which does no harm. */
static void kill_all(int last)
{
	for (int fd = FIRST; fd <= last; fd++)
		call(SYS_pidfd_send_signal, (uint64_t)fd, SIGKILL, 0, 0, 0);
}

/* Asks to copy a page from where none is: nothing is given, and the errno tells. It is ESRCH if the memory is gone, and another one for
 * what is no userfaultfd. */
static int has_memory(int fd)
{
	struct uffdio_copy copy = { .dst = NOTHING_HERE, .src = NOTHING_HERE, .len = PAGE };
	long result = call(SYS_ioctl, (uint64_t)fd, UFFDIO_COPY, (uintptr_t)&copy, 0, 0);

	return result == -ENOENT || result == -EFAULT || result == -EEXIST || result == -EAGAIN;
}

static void await_end_of_memory(int last)
{
	struct timespec rest = { .tv_nsec = BETWEEN_LOOKS_NANOS };

	for (int fd = FIRST; fd <= last; fd++)
		while (has_memory(fd))
			call(SYS_nanosleep, (uintptr_t)&rest, 0, 0, 0, 0);
}

__attribute__((noreturn, visibility("hidden"))) void program_main(const uint64_t *stack)
{
	uint32_t request[2];
	int32_t held;
	int last = FIRST - 1;

	(void)stack;
	block_signals();
	open_parent(PARENT);
	must(call(SYS_chdir, (uintptr_t)"/", 0, 0, 0, 0));
	call(SYS_setsid, 0, 0, 0, 0, 0);
	while (next_request(request)) {
		if (request[0] == DONE)
			leave(0);
		if (request[0] == END) {
			kill_all(last);
			leave(0);
		}
		if (request[0] == DROP) {
			call(SYS_close, request[1], 0, 0, 0, 0);
			continue;
		}
		held = (int32_t)call(SYS_pidfd_getfd, PARENT, request[1], 0, 0, 0);
		if (held > last)
			last = held;
		if (call(SYS_write, 1, (uintptr_t)&held, sizeof(held), 0, 0) != sizeof(held))
			break;
	}
	kill_all(last);
	await_end_of_memory(last);
	leave(0);
}
