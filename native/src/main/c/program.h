/* What the small programs of Godwit need in place of a C library. */
#ifndef GODWIT_PROGRAM_H
#define GODWIT_PROGRAM_H

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include "machine.h"
#include "arch_x86_64.h"

static inline long call(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	uint64_t arguments[MACHINE_ARGUMENTS] = { a, b, c, d, e, 0 };

	return arch_syscall((uint32_t)number, arguments);
}

static inline __attribute__((noreturn)) void leave(int status)
{
	for (;;)
		call(SYS_exit_group, (uint64_t)status, 0, 0, 0, 0);
}

static inline int must(long result)
{
	if (result < 0)
		leave((int)-result);
	return (int)result;
}

/* The parent's pidfd, which must become this number. */
static inline void open_parent(int number)
{
	if (must(call(SYS_pidfd_open, (uint64_t)call(SYS_getppid, 0, 0, 0, 0, 0), 0, 0, 0, 0)) != number)
		leave(EBADF);
}

/* An argument in decimal. */
static inline uint64_t number_of(const char *text)
{
	uint64_t number = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	return number;
}

/* Also SIGPIPE, by which a parent that has ended would end its program too, and SIGTERM, which a whole cgroup gets at a shutdown. */
static inline void block_signals(void)
{
	uint64_t all = ~0ULL;

	must(call(SYS_rt_sigprocmask, SIG_BLOCK, (uintptr_t)&all, 0, sizeof(all), 0));
}

#endif
