/*
 * The program that keeps descriptors between two commands: a userfaultfd, and with it what the kernel has noted of a
 * process's writes, ends when nobody has it open any more.
 *
 *   godwit-keeper NAME FD...   duplicates these descriptors of its parent to 4 and up, listens at the abstract unix
 *                              socket NAME, prints "ready", and waits. The first is a pidfd: with its process it ends.
 *
 * One caller at a time has the floor: it is sent the number of the descriptors, as 32 bits, and duplicates them for
 * itself by pidfd_getfd(2). If it answers with a byte it has taken over, and the keeper ends; if it closes, the keeper
 * waits for the next. Only its own user and root get the floor. Exit status: an errno, or 0.
 */
#include "program.h"
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
	PARENT = 3,
	FIRST = 4,
	BACKLOG = 8,
};

/* Takes the descriptors over from the parent. */
static void take(const char *const *numbers, int count)
{
	open_parent(PARENT);
	for (int i = 0; i < count; i++)
		if (must(call(SYS_pidfd_getfd, PARENT, number_of(numbers[i]), 0, 0, 0)) != FIRST + i)
			leave(EBADF);
	call(SYS_close, PARENT, 0, 0, 0, 0);
}

static int listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	unsigned length = 0;
	int listener = must(call(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, 0, 0));

	for (; name[length]; length++) {
		if (length + 1 == sizeof(address.sun_path))
			leave(ENAMETOOLONG);
		address.sun_path[1 + length] = name[length];
	}
	length += offsetof(struct sockaddr_un, sun_path) + 1;
	must(call(SYS_bind, (uint64_t)listener, (uintptr_t)&address, length, 0, 0));
	must(call(SYS_listen, (uint64_t)listener, BACKLOG, 0, 0, 0));
	return listener;
}

/* The next caller with the floor, or -1. */
static int accept_from(int listener, int32_t count)
{
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof(peer);
	int caller = (int)call(SYS_accept4, (uint64_t)listener, 0, 0, SOCK_CLOEXEC, 0);

	if (caller < 0)
		return -1;
	if (call(SYS_getsockopt, (uint64_t)caller, SOL_SOCKET, SO_PEERCRED, (uintptr_t)&peer, (uintptr_t)&size) == 0 &&
	    (peer.uid == 0 || peer.uid == (uid_t)call(SYS_geteuid, 0, 0, 0, 0, 0)) &&
	    call(SYS_sendto, (uint64_t)caller, (uintptr_t)&count, sizeof(count), MSG_NOSIGNAL, 0) == sizeof(count))
		return caller;
	call(SYS_close, (uint64_t)caller, 0, 0, 0, 0);
	return -1;
}

static __attribute__((noreturn)) void keep(int listener, int32_t count)
{
	int caller = -1;
	char answer;

	for (;;) {
		struct pollfd polled[2] = {
			{ .fd = FIRST, .events = POLLIN },
			{ .fd = caller < 0 ? listener : caller, .events = POLLIN },
		};

		call(SYS_poll, (uintptr_t)polled, 2, (uint64_t)-1, 0, 0);
		if (polled[0].revents)
			leave(0);
		if (!polled[1].revents)
			continue;
		if (caller < 0) {
			caller = accept_from(listener, count);
			continue;
		}
		if (call(SYS_read, (uint64_t)caller, (uintptr_t)&answer, 1, 0, 0) == 1)
			leave(0);
		call(SYS_close, (uint64_t)caller, 0, 0, 0, 0);
		caller = -1;
	}
}

__attribute__((noreturn, visibility("hidden"))) void program_main(const uint64_t *stack)
{
	int count = (int)stack[0] - 2;
	const char *const *argv = (const char *const *)(stack + 1);
	int listener;

	if (count < 1)
		leave(EINVAL);
	take(argv + 2, count);
	listener = listen_at(argv[1]);
	must(call(SYS_chdir, (uintptr_t)"/", 0, 0, 0, 0));
	call(SYS_setsid, 0, 0, 0, 0, 0);
	must(call(SYS_write, 1, (uintptr_t)"ready\n", 6, 0, 0));
	call(SYS_close_range, 0, 2, 0, 0, 0);
	keep(listener, count);
}
