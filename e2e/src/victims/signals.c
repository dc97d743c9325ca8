/* signals: actions with masks and flags, blocked ones, ones pending for the process and for a thread, an alternate stack. */
#include "victim.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

static char alternate[65536];
static volatile sig_atomic_t on_alternate, queued[4], queued_count, own;

static void handle_on_alternate(int signal)
{
	char here;

	(void)signal;
	on_alternate = &here >= alternate && &here < alternate + sizeof(alternate);
}

static void handle_queued(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (queued_count < 4)
		queued[queued_count++] = info->si_value.sival_int;
}

static void handle_own(int signal)
{
	(void)signal;
	own++;
}

static void prepare(void)
{
	struct sigaction action = {.sa_handler = handle_on_alternate, .sa_flags = SA_ONSTACK | SA_RESTART};
	struct sigaction queue = {.sa_sigaction = handle_queued, .sa_flags = SA_SIGINFO};
	struct sigaction mine = {.sa_handler = handle_own, .sa_flags = SA_RESETHAND | SA_NODEFER};
	stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
	sigset_t blocked;

	MUST(sigaltstack(&stack, NULL));
	sigaddset(&action.sa_mask, SIGWINCH);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGRTMIN + 1, &queue, NULL);
	sigaction(SIGUSR2, &mine, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN + 1);
	sigaddset(&blocked, SIGUSR2);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	for (int i = 1; i <= 3; i++)
		MUST(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i * 11}));
	MUST(syscall(SYS_tgkill, getpid(), gettid(), SIGUSR2));
}

static void verify(void)
{
	struct sigaction action;
	stack_t stack;
	sigset_t set;

	MUST(sigaltstack(NULL, &stack));
	REQUIRE(stack.ss_sp == alternate && stack.ss_size == sizeof(alternate), "the alternate stack is at %p", stack.ss_sp);
	raise(SIGUSR1);
	REQUIRE(on_alternate, "the handler did not run on the alternate stack");
	sigaction(SIGUSR1, NULL, &action);
	REQUIRE((action.sa_flags & (SA_ONSTACK | SA_RESTART)) == (SA_ONSTACK | SA_RESTART), "flags %#x", action.sa_flags);
	REQUIRE(sigismember(&action.sa_mask, SIGWINCH) == 1 && sigismember(&action.sa_mask, SIGHUP) == 0, "its mask");
	REQUIRE(signal(SIGPIPE, SIG_IGN) == SIG_IGN, "SIGPIPE is not ignored");
	sigprocmask(SIG_SETMASK, NULL, &set);
	REQUIRE(sigismember(&set, SIGTERM) && sigismember(&set, SIGUSR2) && !sigismember(&set, SIGUSR1), "the blocked set");
	sigpending(&set);
	REQUIRE(sigismember(&set, SIGUSR2) && sigismember(&set, SIGRTMIN + 1), "pending signals are lost");
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	REQUIRE(own == 1, "the thread's own signal came %d times", own);
	REQUIRE(queued_count == 3, "%d of 3 queued signals came", queued_count);
	for (int i = 0; i < 3; i++)
		REQUIRE(queued[i] == (i + 1) * 11, "queued signal %d carries %d", i, queued[i]);
}
