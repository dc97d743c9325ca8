/*
 * Starts a program as vfork(2) does, with a pid and a parent that the caller chooses. It is a shared library since the
 * kernel lets a process get a sibling only if that process itself makes the call, and Java can not go on in two processes.
 *
 * The child runs on the caller's stack while the caller waits, so all that it does is in this one function and calls
 * nothing. No signal handler of the caller runs in it: CLONE_CLEAR_SIGHAND.
 */
#include "arch_x86_64.h"

enum {
	NR_SIGPROCMASK = 14,
	NR_EXECVE = 59,
	NR_EXIT_GROUP = 231,
	NR_CLONE3 = 435,
};

enum {
	SET_MASK = 2,
	MASK_BYTES = 8,
	CANNOT_EXECUTE = 127,
};

static inline __attribute__((always_inline)) long call(uint32_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t arguments[6] = { a, b, c, d, 0, 0 };

	return arch_syscall(number, arguments);
}

/* The pid of the child, or a negative error number. The arguments of clone3(2) must have CLONE_VM and CLONE_VFORK. */
__attribute__((visibility("default"))) long godwit_spawn(uint64_t clone_arguments, uint64_t clone_bytes, uint64_t path,
							 uint64_t argv, uint64_t envp)
{
	uint64_t all = ~0UL, before = 0;
	long pid;

	call(NR_SIGPROCMASK, SET_MASK, (uintptr_t)&all, (uintptr_t)&before, MASK_BYTES);
	pid = call(NR_CLONE3, clone_arguments, clone_bytes, 0, 0);
	if (pid == 0) {
		call(NR_SIGPROCMASK, SET_MASK, (uintptr_t)&before, 0, MASK_BYTES);
		call(NR_EXECVE, path, argv, envp, 0);
		for (;;)
			call(NR_EXIT_GROUP, CANNOT_EXECUTE, 0, 0, 0);
	}
	call(NR_SIGPROCMASK, SET_MASK, (uintptr_t)&before, 0, MASK_BYTES);
	return pid;
}
