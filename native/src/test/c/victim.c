/*
 * What the machine is injected into: victim MODE. Each mode says "ready PID", blocks in one way, and tells in its last
 * line how that ended. All of them end at once when their input is closed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/rseq.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/rseq.h>
#include <time.h>
#include <unistd.h>

enum { SA_RESTORER = 0x04000000 }; /* the C library adds it */

static volatile sig_atomic_t handled;

static void handle(int signal)
{
	(void)signal;
	handled++;
}

static void ready(void)
{
	printf("ready %d\n", getpid());
	fflush(stdout);
}

static void read_line(void)
{
	char line[64];
	ssize_t length;

	length = read(0, line, sizeof(line));
	if (length < 0)
		printf("errno %d", errno);
	else
		printf("got %.*s", (int)length - 1, line);
	printf(" after %d signals\n", (int)handled);
}

static void read_mode(void)
{
	struct sigaction action = { .sa_handler = handle };

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	ready();
	read_line();
}

static void poll_mode(void)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };

	ready();
	printf("polled %d\n", poll(&input, 1, 60000));
}

static void nanosleep_mode(void)
{
	struct timespec duration = { .tv_sec = 3 };
	struct timespec before, after;
	long elapsed;
	int result;

	ready();
	clock_gettime(CLOCK_MONOTONIC, &before);
	result = nanosleep(&duration, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	elapsed = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
	printf("slept %d %s\n", result, elapsed >= duration.tv_sec * 1000000000 ? "long enough" : "too short");
}

static void ignore(int signal)
{
	struct sigaction action = { .sa_handler = SIG_IGN, .sa_flags = SA_RESTART | SA_NODEFER };

	sigaddset(&action.sa_mask, SIGUSR2);
	sigaction(signal, &action, NULL);
	ready();
	read_line();
	memset(&action, 0, sizeof(action));
	sigaction(signal, NULL, &action);
	printf("%s %s %s\n", action.sa_handler == SIG_IGN ? "ignored" : "not ignored",
	       (action.sa_flags & ~SA_RESTORER) == (SA_RESTART | SA_NODEFER) ? "same flags" : "other flags",
	       sigismember(&action.sa_mask, SIGUSR2) ? "same mask" : "other mask");
}

static void ignore_sigtrap_mode(void)
{
	ignore(SIGTRAP);
}

/* A handler on a stack of its own, as runtimes have one that tells of stack overflows. */
static void handle_sigsegv_mode(void)
{
	static char memory[1 << 16];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_ONSTACK };

	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	ready();
	read_line();
	sigaction(SIGSEGV, NULL, &action);
	sigaltstack(NULL, &stack);
	printf("%s %s\n", action.sa_handler == handle && (action.sa_flags & SA_ONSTACK) ? "same handler" : "other handler",
	       stack.ss_sp == memory && stack.ss_flags == 0 ? "same stack" : "other stack");
}

static void *wait_for_input(void *unused)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };

	poll(&input, 1, -1);
	return unused;
}

static void threads_mode(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, wait_for_input, NULL);
	ready();
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	read_line();
}

/* Set from outside while the thread stands still: a section that goes on all the same would see it. */
volatile long moved;
volatile long broken;
volatile long aborted;

/*
 * Spins in a restartable sequence, whose first instruction clears the mark. Seeing the mark later within the sequence
 * means that the sequence was interrupted and not aborted.
 */
static void spin_in_sequence(struct rseq *area)
{
	__asm__ volatile(".pushsection .data.rel.ro, \"aw\"\n"
			 ".balign 32\n"
			 "9: .long 0, 0\n"
			 ".quad 1f, 2f - 1f, 4f\n"
			 ".popsection\n"
			 "lea 9b(%%rip), %%rax\n"
			 "mov %%rax, %[cs]\n"
			 "1: movq $0, moved(%%rip)\n"
			 "mov $3000000, %%ecx\n"
			 "3: cmpq $0, moved(%%rip)\n"
			 "jne 5f\n"
			 "dec %%ecx\n"
			 "jnz 3b\n"
			 "2: jmp 6f\n"
			 ".byte 0x0f, 0xb9, 0x3d\n"
			 ".long 0x53053053\n"
			 "4: incq aborted(%%rip)\n"
			 "jmp 6f\n"
			 "5: incq broken(%%rip)\n"
			 "6:\n"
			 : [cs] "=m"(area->rseq_cs)
			 :
			 : "rax", "rcx", "memory", "cc");
}

static void rseq_mode(void)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	struct pollfd input = { .fd = 0, .events = POLLIN };

	printf("marks %p\n", (void *)&moved);
	ready();
	while (poll(&input, 1, 0) == 0)
		spin_in_sequence(area);
	printf("broken %ld, %s\n", broken, aborted ? "aborted" : "never aborted");
}

enum { GENERAL = 14, FLAGS = GENERAL, RED_ZONE, XMM, VALUES = XMM + 2 };

static const long SET_FLAGS = 0xcd5; /* CF, PF, AF, ZF, SF, DF, OF */

volatile long holding;

/* Holds values in registers, flags and the red zone until `moved` is set, and tells what they are then. */
void hold(const long *values, long *found);
__asm__(".text\n"
	"hold:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rsi\n"
	"movdqu 16*8(%rdi), %xmm7\n"
	"mov 15*8(%rdi), %rax\n"
	"mov %rax, -16(%rsp)\n"
	"mov 0*8(%rdi), %rax; mov 1*8(%rdi), %rbx; mov 2*8(%rdi), %rdx; mov 3*8(%rdi), %rsi; mov 4*8(%rdi), %rbp\n"
	"mov 5*8(%rdi), %r8; mov 6*8(%rdi), %r9; mov 7*8(%rdi), %r10; mov 8*8(%rdi), %r11; mov 9*8(%rdi), %r12\n"
	"mov 10*8(%rdi), %r13; mov 11*8(%rdi), %r14; mov 12*8(%rdi), %r15\n"
	"push 14*8(%rdi); popfq\n"
	"mov 13*8(%rdi), %rdi\n"
	"movq $1, holding(%rip)\n"
	"1: mov moved(%rip), %rcx\n"
	"jrcxz 1b\n"
	"mov -16(%rsp), %rcx\n"
	"pushfq; cld; push %rdi\n"
	"mov 16(%rsp), %rdi\n"
	"mov %rax, 0*8(%rdi); mov %rbx, 1*8(%rdi); mov %rdx, 2*8(%rdi); mov %rsi, 3*8(%rdi); mov %rbp, 4*8(%rdi)\n"
	"mov %r8, 5*8(%rdi); mov %r9, 6*8(%rdi); mov %r10, 7*8(%rdi); mov %r11, 8*8(%rdi); mov %r12, 9*8(%rdi)\n"
	"mov %r13, 10*8(%rdi); mov %r14, 11*8(%rdi); mov %r15, 12*8(%rdi)\n"
	"pop 13*8(%rdi); pop 14*8(%rdi); mov %rcx, 15*8(%rdi)\n"
	"movdqu %xmm7, 16*8(%rdi)\n"
	"pop %rsi; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"ret\n");

static void *set_moved(void *unused)
{
	while (!holding)
		usleep(100);
	ready();
	read_line();
	moved = 1;
	return unused;
}

static void registers_mode(void)
{
	struct sigaction action = { .sa_handler = handle };
	long values[VALUES], found[VALUES], wrong = 0;
	pthread_t reader;

	for (int i = 0; i < VALUES; i++)
		values[i] = 0x0123456789abcdefL * (i + 3);
	values[FLAGS] = SET_FLAGS;
	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&reader, NULL, set_moved, NULL);
	hold(values, found);
	pthread_join(reader, NULL);
	found[FLAGS] &= SET_FLAGS;
	for (int i = 0; i < VALUES; i++)
		wrong |= (found[i] != values[i]) << i;
	printf("wrong %#lx after %d signals\n", wrong, (int)handled);
}

int main(int argc, char **argv)
{
	const struct {
		const char *name;
		void (*run)(void);
	} modes[] = {
		{ "read", read_mode },
		{ "poll", poll_mode },
		{ "nanosleep", nanosleep_mode },
		{ "ignore-sigtrap", ignore_sigtrap_mode },
		{ "handle-sigsegv", handle_sigsegv_mode },
		{ "threads", threads_mode },
		{ "rseq", rseq_mode },
		{ "registers", registers_mode },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) == 0) {
			modes[i].run();
			return 0;
		}
	}
	return 2;
}
