/* timers: interval timers and POSIX timers tick on, with their ids, signals, values and intervals. */
#include "victim.h"
#include <signal.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t alarms, ticks;
static timer_t ticking, far, idle;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (info->si_code == SI_TIMER && info->si_value.sival_int == 4711)
		ticks++;
}

static timer_t timer(clockid_t clock, int notify, int signal, int value)
{
	struct sigevent event = {.sigev_notify = notify, .sigev_signo = signal, .sigev_value.sival_int = value};
	timer_t id;

	MUST(timer_create(clock, &event, &id));
	return id;
}

static void prepare(void)
{
	struct sigaction alarm_action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct sigaction tick_action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct itimerval every = {{0, 15000}, {0, 15000}}, later = {{0, 0}, {4000, 0}};
	struct itimerspec often = {{0, 10000000}, {0, 10000000}}, hour = {{0, 0}, {3600, 0}};

	sigaction(SIGALRM, &alarm_action, NULL);
	sigaction(SIGRTMIN + 5, &tick_action, NULL);
	MUST(setitimer(ITIMER_REAL, &every, NULL));
	MUST(setitimer(ITIMER_PROF, &later, NULL));
	idle = timer(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	ticking = timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGRTMIN + 5, 4711);
	far = timer(CLOCK_REALTIME, SIGEV_SIGNAL, SIGUSR1, 1);
	MUST(timer_settime(ticking, 0, &often, NULL));
	MUST(timer_settime(far, 0, &hour, NULL));
}

static void verify(void)
{
	int alarms_before = alarms, ticks_before = ticks;
	struct itimerval prof;
	struct itimerspec left;

	for (int i = 0; i < 2000 && (alarms < alarms_before + 3 || ticks < ticks_before + 3); i++)
		usleep(1000);
	REQUIRE(alarms >= alarms_before + 3, "ITIMER_REAL does not tick");
	REQUIRE(ticks >= ticks_before + 3, "the POSIX timer does not tick");
	MUST(timer_gettime(ticking, &left));
	REQUIRE(left.it_interval.tv_nsec == 10000000, "its interval is %ld ns", left.it_interval.tv_nsec);
	MUST(timer_gettime(far, &left));
	REQUIRE(left.it_value.tv_sec > 3000 && left.it_value.tv_sec <= 3600, "far has %ld s left", left.it_value.tv_sec);
	MUST(timer_gettime(idle, &left));
	REQUIRE(left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0, "the idle timer is armed");
	MUST(getitimer(ITIMER_PROF, &prof));
	REQUIRE(prof.it_value.tv_sec > 3000, "ITIMER_PROF has %ld s left", prof.it_value.tv_sec);
}
