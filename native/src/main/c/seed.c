/*
 * The program that a restored root task starts as.
 *
 *   godwit-seed PID       forks a child with this pid (0: any), which sleeps until a tracer seizes it; prints the
 *                         child's pid and exits, so that init becomes the parent
 *   godwit-seed --init    the same with pid 1 of a new pid namespace; the child holds a pidfd of the caller as fd 3
 *   godwit-seed --sleep   sleeps itself until a tracer seizes it
 *   godwit-seed --hold N  the same, and keeps fd N
 *   godwit-seed --run F   maps the program in file F at its arena address and runs it: the machine's tests
 *
 * The child has installed nothing, and else holds no descriptor above 2.
 */
#include "machine.h"
#include "arch_x86_64.h"

enum {
	NR_WRITE = 1,
	NR_MMAP = 9,
	NR_PREAD64 = 17,
	NR_PAUSE = 34,
	NR_GETPPID = 110,
	NR_EXIT_GROUP = 231,
	NR_OPENAT = 257,
	NR_PIDFD_OPEN = 434,
	NR_CLONE3 = 435,
	NR_CLOSE_RANGE = 436,
};

enum {
	FIRST_PRIVATE_FD = 3,
	O_RDWR_CLOEXEC = 02 | 02000000,
	AT_FDCWD_VALUE = -100,
	PROT_READ_WRITE = 1 | 2,
	MAP_SHARED_FIXED_NOREPLACE = 0x01 | 0x100000,
	SIGCHLD_NUMBER = 17,
	CLONE_NEWPID_FLAG = 0x20000000,
	INIT_PID = 1,
	DECIMAL_DIGITS = 20,
};

struct clone3_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

static long call(uint32_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	uint64_t arguments[MACHINE_ARGUMENTS] = { a, b, c, d, e, f };

	return arch_syscall(number, arguments);
}

static __attribute__((noreturn)) void leave(int status)
{
	for (;;)
		call(NR_EXIT_GROUP, (uint64_t)status, 0, 0, 0, 0, 0);
}

static void print(const char *text)
{
	uint64_t length = 0;

	while (text[length])
		length++;
	call(NR_WRITE, 1, (uintptr_t)text, length, 0, 0, 0);
}

static void print_line(uint64_t number)
{
	char text[DECIMAL_DIGITS + 2];
	char *at = text + sizeof(text);

	*--at = '\0';
	*--at = '\n';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	print(at);
}

static __attribute__((noreturn)) void fail(const char *what, long result)
{
	print("error: ");
	print(what);
	print(": ");
	print_line((uint64_t)-result);
	leave(1);
}

static __attribute__((noreturn)) void usage(void)
{
	print("usage: godwit-seed PID | --init | --sleep | --hold FD | --run FILE\n");
	leave(2);
}

/* A pid or descriptor in decimal, or -1. */
static long parse_number(const char *text)
{
	long number = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || number > INT32_MAX / 10)
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number <= INT32_MAX ? number : -1;
}

static __attribute__((noreturn)) void sleep_on(void)
{
	for (;;)
		call(NR_PAUSE, 0, 0, 0, 0, 0, 0);
}

static void close_range(uint64_t first, uint64_t last)
{
	if (first <= last)
		call(NR_CLOSE_RANGE, first, last, 0, 0, 0, 0);
}

static __attribute__((noreturn)) void spawn(int32_t wanted, uint64_t namespaces)
{
	struct clone3_arguments arguments = {
		.flags = namespaces,
		.exit_signal = SIGCHLD_NUMBER,
		.set_tid = wanted ? (uintptr_t)&wanted : 0,
		.set_tid_size = wanted ? 1 : 0,
	};
	long pid;

	close_range(FIRST_PRIVATE_FD, UINT32_MAX);
	if (namespaces) {
		pid = call(NR_PIDFD_OPEN, (uint64_t)call(NR_GETPPID, 0, 0, 0, 0, 0, 0), 0, 0, 0, 0, 0);
		if (pid != FIRST_PRIVATE_FD)
			fail("pidfd_open", pid);
	}
	pid = call(NR_CLONE3, (uintptr_t)&arguments, sizeof(arguments), 0, 0, 0, 0);
	if (pid == 0)
		sleep_on();
	if (pid < 0)
		fail("clone3", pid);
	print_line((uint64_t)pid);
	leave(0);
}

static __attribute__((noreturn)) void run(const char *path)
{
	struct machine_header header;
	long fd = call(NR_OPENAT, (uint64_t)AT_FDCWD_VALUE, (uintptr_t)path, O_RDWR_CLOEXEC, 0, 0, 0);
	long mapped;

	if (fd < 0)
		fail("open", fd);
	mapped = call(NR_PREAD64, (uint64_t)fd, (uintptr_t)&header, sizeof(header), 0, 0, 0);
	if (mapped != (long)sizeof(header))
		fail("read", mapped);
	mapped = call(NR_MMAP, header.arena_address, header.size, PROT_READ_WRITE, MAP_SHARED_FIXED_NOREPLACE,
		      (uint64_t)fd, 0);
	if (mapped != (long)header.arena_address)
		fail("mmap", mapped);
	machine_run((struct machine_header *)(uintptr_t)header.arena_address);
	leave(0);
}

static int equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

__attribute__((noreturn, visibility("hidden"))) void program_main(const uint64_t *stack)
{
	const char *const *argv = (const char *const *)(stack + 1);
	long number;

	if (stack[0] == 3 && equal(argv[1], "--run"))
		run(argv[2]);
	if (stack[0] == 3 && equal(argv[1], "--hold")) {
		number = parse_number(argv[2]);
		if (number < FIRST_PRIVATE_FD)
			usage();
		close_range(FIRST_PRIVATE_FD, (uint64_t)number - 1);
		close_range((uint64_t)number + 1, UINT32_MAX);
		sleep_on();
	}
	if (stack[0] != 2)
		usage();
	if (equal(argv[1], "--sleep")) {
		close_range(FIRST_PRIVATE_FD, UINT32_MAX);
		sleep_on();
	}
	if (equal(argv[1], "--init"))
		spawn(INIT_PID, CLONE_NEWPID_FLAG);
	number = parse_number(argv[1]);
	if (number < 0)
		usage();
	spawn((int32_t)number, 0);
}
