/*
 * The program that is moved in rehearsals. It has what servers have, so that an agent has dealt with each kind before it is
 * asked in earnest. It has no connections: those would be locked in the host's packet filter.
 *
 *   godwit-dummy [N]    starts a process that tells its pid when it is ready, and kills it at the end of standard input
 *
 * That process has a session of its own, threads, one of which writes, N more that wait, a child that shares its memory, a zombie, and
 * descriptors of most kinds. What the kernel refuses it does without. SIGALRM ends it after ten minutes if nobody does before.
 * Exit status: an errno if it could not be started, or 0.
 */
#include "program.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum {
	LIFE_SECONDS = 600,
	PAGE = 4096,
	STACK_BYTES = 64 << 10,
	/* More than what one thread looks through by itself. Only what is written may be accessed: the rest would count as committed memory. */
	LARGE_BYTES = 1 << 30,
	WRITTEN_PAGES = 64,
	STRIDE = 8 * PAGE,
	SHARED_PAGES = 16,
	BETWEEN_WRITES_NANOS = 2000000,
	SIGNAL_SET_BYTES = 8,
	RSEQ_BYTES = 32,
	RSEQ_SIGNATURE = 0x53053053,
	THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
};

/* Of one thread; it begins the memory in which its stack ends. */
struct thread {
	uint64_t rseq[RSEQ_BYTES / 8];
	uint64_t robust_list[3];
	char *written;
	char *shared;
	int epoll;
};

static const struct timespec between_writes = { .tv_nsec = BETWEEN_WRITES_NANOS };
static const char some[] = "some";

static void register_thread(struct thread *thread)
{
	call(SYS_rseq, (uintptr_t)thread->rseq, RSEQ_BYTES, 0, RSEQ_SIGNATURE, 0);
	thread->robust_list[0] = (uintptr_t)thread->robust_list;
	call(SYS_set_robust_list, (uintptr_t)thread->robust_list, sizeof(thread->robust_list), 0, 0, 0);
}

static void touch(char *memory, int pages, int stride, char value)
{
	for (int i = 0; memory && i < pages; i++)
		((volatile char *)memory)[i * stride] = value;
}

static void write_on(struct thread *thread)
{
	register_thread(thread);
	for (char value = 1;; value++) {
		touch(thread->written, WRITTEN_PAGES, STRIDE, value);
		touch(thread->shared, SHARED_PAGES, PAGE, value);
		call(SYS_nanosleep, (uintptr_t)&between_writes, 0, 0, 0, 0);
	}
}

static void wait_for_events(struct thread *thread)
{
	struct epoll_event event;

	register_thread(thread);
	for (;;)
		call(SYS_epoll_wait, (uint64_t)thread->epoll, (uintptr_t)&event, 1, (uint64_t)-1, 0);
}

static void wait_for_lock(struct thread *thread)
{
	uint32_t lock = 0;

	register_thread(thread);
	for (;;)
		call(SYS_futex, (uintptr_t)&lock, FUTEX_WAIT_PRIVATE, 0, 0, 0);
}

static char *map(uint64_t bytes, int protection, int flags)
{
	uint64_t arguments[MACHINE_ARGUMENTS] = { 0, bytes, (uint64_t)protection, (uint64_t)(flags | MAP_ANONYMOUS), (uint64_t)-1, 0 };
	long address = arch_syscall(SYS_mmap, arguments);

	return address < 0 && address > -PAGE ? 0 : (char *)address;
}

static void start(void (*body)(struct thread *), const struct thread *what)
{
	char *stack = map(STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (!stack)
		return;
	*(struct thread *)stack = *what;
	arch_thread(THREAD, stack + STACK_BYTES, (void (*)(void *))body, stack);
}

static void watch(int epoll, long fd)
{
	struct epoll_event event = { .events = EPOLLRDHUP, .data.u64 = (uint64_t)fd };

	if (fd >= 0)
		call(SYS_epoll_ctl, (uint64_t)epoll, EPOLL_CTL_ADD, (uint64_t)fd, (uintptr_t)&event, 0);
}

static void open_pipes(int epoll)
{
	int ends[2];

	if (call(SYS_pipe2, (uintptr_t)ends, O_NONBLOCK, 0, 0, 0) == 0) {
		call(SYS_write, (uint64_t)ends[1], (uintptr_t)some, sizeof(some), 0, 0);
		watch(epoll, ends[0]);
	}
	if (call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (uintptr_t)ends, 0) == 0) {
		call(SYS_write, (uint64_t)ends[1], (uintptr_t)some, sizeof(some), 0, 0);
		watch(epoll, ends[0]);
	}
}

static int bound(int type)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK),
	};
	long fd = call(SYS_socket, AF_INET, (uint64_t)type, 0, 0, 0);

	return call(SYS_bind, (uint64_t)fd, (uintptr_t)&address, sizeof(address), 0, 0) < 0 ? -1 : (int)fd;
}

static void open_sockets(int epoll)
{
	int listener = bound(SOCK_STREAM);

	call(SYS_listen, (uint64_t)listener, 1, 0, 0, 0);
	watch(epoll, listener);
	watch(epoll, bound(SOCK_DGRAM));
}

static void open_events(int epoll)
{
	uint64_t signals = 1ULL << (SIGUSR1 - 1);

	watch(epoll, call(SYS_eventfd2, 0, 0, 0, 0, 0));
	watch(epoll, call(SYS_timerfd_create, CLOCK_MONOTONIC, 0, 0, 0, 0));
	watch(epoll, call(SYS_signalfd4, (uint64_t)-1, (uintptr_t)&signals, SIGNAL_SET_BYTES, 0, 0));
}

/* Gives what standard output was. */
static int leave_caller(void)
{
	int out = must(call(SYS_dup, 1, 0, 0, 0, 0));
	int null = must(call(SYS_open, (uintptr_t)"/dev/null", O_RDWR, 0, 0, 0));

	call(SYS_close_range, (uint64_t)null + 1, UINT32_MAX, 0, 0, 0);
	for (int fd = 0; fd < 3; fd++)
		call(SYS_dup3, (uint64_t)null, (uint64_t)fd, 0, 0, 0);
	call(SYS_close, (uint64_t)null, 0, 0, 0, 0);
	call(SYS_setsid, 0, 0, 0, 0, 0);
	return out;
}

static void tell_pid(int out)
{
	char text[12];
	char *at = text + sizeof(text);

	*--at = '\n';
	for (long pid = call(SYS_getpid, 0, 0, 0, 0, 0); pid; pid /= 10)
		*--at = (char)('0' + pid % 10);
	must(call(SYS_write, (uint64_t)out, (uintptr_t)at, (uint64_t)(text + sizeof(text) - at), 0, 0));
	call(SYS_close, (uint64_t)out, 0, 0, 0, 0);
}

static int fork_process(void)
{
	return (int)call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static __attribute__((noreturn)) void sleep_on(void)
{
	for (;;)
		call(SYS_pause, 0, 0, 0, 0, 0);
}

static __attribute__((noreturn)) void child(int out, long parent)
{
	call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (call(SYS_getppid, 0, 0, 0, 0, 0) != parent)
		leave(0);
	call(SYS_close, (uint64_t)out, 0, 0, 0, 0);
	sleep_on();
}

static void map_memory(struct thread *thread)
{
	char *large = map(LARGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE);
	uint64_t bytes = 2 * WRITTEN_PAGES * STRIDE;

	if (large)
		call(SYS_madvise, (uintptr_t)large, LARGE_BYTES, MADV_NOHUGEPAGE, 0, 0);
	if (large && call(SYS_mprotect, (uintptr_t)large, bytes, PROT_READ | PROT_WRITE, 0, 0) == 0)
		thread->written = large;
	touch(thread->written, 2 * WRITTEN_PAGES, STRIDE, 1);
	thread->shared = map(SHARED_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
}

static void set_timers(void)
{
	struct itimerval life = { .it_value.tv_sec = LIFE_SECONDS };
	int timer;

	must(call(SYS_setitimer, ITIMER_REAL, (uintptr_t)&life, 0, 0, 0));
	call(SYS_timer_create, CLOCK_MONOTONIC, 0, (uintptr_t)&timer, 0, 0);
}

static __attribute__((noreturn)) void serve(uint64_t more_threads)
{
	struct thread main_thread __attribute__((aligned(RSEQ_BYTES))) = { .written = 0 };
	int out = leave_caller();
	long pid = call(SYS_getpid, 0, 0, 0, 0, 0);

	set_timers();
	main_thread.epoll = (int)call(SYS_epoll_create1, 0, 0, 0, 0, 0);
	open_pipes(main_thread.epoll);
	open_sockets(main_thread.epoll);
	open_events(main_thread.epoll);
	if (fork_process() == 0)
		leave(0);
	map_memory(&main_thread);
	if (fork_process() == 0)
		child(out, pid);
	start(write_on, &main_thread);
	start(wait_for_events, &main_thread);
	for (uint64_t i = 0; i <= more_threads; i++)
		start(wait_for_lock, &main_thread);
	register_thread(&main_thread);
	tell_pid(out);
	sleep_on();
}

/* Buries all: where pid 1 does not, they would add up. */
__attribute__((noreturn, visibility("hidden"))) void program_main(const uint64_t *stack)
{
	int server;
	char input;

	call(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	server = must(fork_process());
	if (server == 0)
		serve(stack[0] > 1 ? number_of((const char *)stack[2]) : 0);
	block_signals();
	call(SYS_close, 1, 0, 0, 0, 0);
	while (call(SYS_read, 0, (uintptr_t)&input, 1, 0, 0) > 0)
		;
	call(SYS_kill, (uint64_t)server, SIGKILL, 0, 0, 0);
	while (call(SYS_wait4, (uint64_t)-1, 0, 0, 0, 0) > 0)
		;
	leave(0);
}
