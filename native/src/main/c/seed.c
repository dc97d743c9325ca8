/*
 * The program that a restored root task starts as.
 *
 *   godwit-seed PID       forks a child with this pid (0: any), which sleeps until a tracer seizes it; prints the
 *                         child's pid and exits, so that init becomes the parent
 *   godwit-seed --sleep   sleeps itself until a tracer seizes it
 *   godwit-seed --run F   maps the program in file F at its arena address and runs it: the machine's tests
 *
 * The child has installed nothing, and holds no descriptor above 2.
 */
#include "machine.h"
#include "arch_x86_64.h"

enum {
	NR_WRITE = 1,
	NR_MMAP = 9,
	NR_PREAD64 = 17,
	NR_PAUSE = 34,
	NR_EXIT_GROUP = 231,
	NR_OPENAT = 257,
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
	print("usage: godwit-seed PID | --sleep | --run FILE\n");
	leave(2);
}

/* A pid in decimal, or -1. */
static long parse_pid(const char *text)
{
	long pid = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || pid > INT32_MAX / 10)
			return -1;
		pid = pid * 10 + (*text - '0');
	}
	return pid <= INT32_MAX ? pid : -1;
}

static __attribute__((noreturn)) void sleep_on(void)
{
	for (;;)
		call(NR_PAUSE, 0, 0, 0, 0, 0, 0);
}

static __attribute__((noreturn)) void spawn(int32_t wanted)
{
	struct clone3_arguments arguments = {
		.exit_signal = SIGCHLD_NUMBER,
		.set_tid = wanted ? (uintptr_t)&wanted : 0,
		.set_tid_size = wanted ? 1 : 0,
	};
	long pid;

	call(NR_CLOSE_RANGE, FIRST_PRIVATE_FD, UINT32_MAX, 0, 0, 0, 0);
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
	long pid;

	if (stack[0] == 3 && equal(argv[1], "--run"))
		run(argv[2]);
	if (stack[0] != 2)
		usage();
	if (equal(argv[1], "--sleep")) {
		call(NR_CLOSE_RANGE, FIRST_PRIVATE_FD, UINT32_MAX, 0, 0, 0, 0);
		sleep_on();
	}
	pid = parse_pid(argv[1]);
	if (pid < 0)
		usage();
	spawn((int32_t)pid);
}
