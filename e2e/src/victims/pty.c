/*
 * pty: pseudo terminals with both ends in the tree, as of screen and tmux: a session with its controlling terminal, groups and what
 * waits in both directions; one whose slave is closed; one that was never opened.
 */
#include "victim.h"
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

static int master, closed, unopened;
static pid_t shell, job;
static volatile sig_atomic_t interrupts, resizes;

static void interrupted(int signal)
{
	(void)signal;
	interrupts++;
}

static void resized(int signal)
{
	(void)signal;
	resizes++;
}

static int make(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	MUST(fd);
	return fd;
}

static const char *slave_of(int fd)
{
	static char name[64];

	REQUIRE(ptsname_r(fd, name, sizeof(name)) == 0, "ptsname: %s", strerror(errno));
	return name;
}

/* Waits until what is written has arrived. */
static void await_bytes(int fd, int wanted)
{
	int there = 0;

	while (there < wanted) {
		MUST(ioctl(fd, FIONREAD, &there));
		usleep(1000);
	}
}

static void reads(int fd, const char *wanted)
{
	char text[256] = "";
	ssize_t length = 0, count;

	while (length < (ssize_t)strlen(wanted)) {
		count = read(fd, text + length, sizeof(text) - 1 - length);
		if (count < 0 && errno == EINTR)
			continue;
		REQUIRE(count > 0, "after '%s' reading says %s", text, count ? strerror(errno) : "end of file");
		length += count;
	}
	REQUIRE(strcmp(text, wanted) == 0, "it reads '%s', not '%s'", text, wanted);
}

/* The job in the foreground, as vi in a shell. */
static void run_job(void)
{
	int own;

	MUST(setpgid(0, 0));
	signal(SIGINT, interrupted);
	signal(SIGWINCH, resized);
	tell("job");
	wait_until_moved();
	MUST(own = open("/dev/tty", O_RDWR));
	REQUIRE(tcgetpgrp(own) == getpid(), "the group in the foreground is %d", tcgetpgrp(own));
	REQUIRE(tcgetsid(own) == getppid(), "the terminal is that of session %d", tcgetsid(own));
	reads(own, "line one\n");
	reads(own, "line two\n");
	tell("lines");
	reads(own, "partial\n");
	REQUIRE(resizes == 0, "SIGWINCH came though the size is the same");
	tell("interrupt");
	while (!interrupts)
		usleep(1000);
	tell("resize");
	while (!resizes)
		usleep(1000);
	MUST(tcsetpgrp(own, getpid()));
	_exit(0);
}

static void run_shell(const char *slave)
{
	struct winsize size = {.ws_row = 33, .ws_col = 77, .ws_xpixel = 5, .ws_ypixel = 6};
	struct termios settings;
	int fd, second, status;

	close(master);
	MUST(setsid());
	MUST(fd = open(slave, O_RDWR));
	REQUIRE(dup2(fd, 0) == 0 && dup2(fd, 1) == 1, "dup2: %s", strerror(errno));
	MUST(second = open(slave, O_RDONLY | O_NONBLOCK));
	signal(SIGTTOU, SIG_IGN);
	signal(SIGINT, interrupted);
	MUST(tcgetattr(0, &settings));
	settings.c_lflag &= ~ECHO;
	settings.c_cc[VINTR] = 'I' - '@';
	MUST(tcsetattr(0, TCSANOW, &settings));
	MUST(ioctl(0, TIOCSWINSZ, &size));
	MUST(job = fork());
	if (job == 0)
		run_job();
	await("job");
	MUST(tcsetpgrp(0, job));
	REQUIRE(write(1, "unread\n", 7) == 7, "write: %s", strerror(errno));
	tell("shell");
	wait_until_moved();
	REQUIRE(waitpid(job, &status, 0) == job && status == 0, "the job ended with %#x", status);
	MUST(tcsetpgrp(0, getpid()));
	REQUIRE(interrupts == 0, "the shell was interrupted");
	REQUIRE(fcntl(second, F_GETFL) & O_NONBLOCK && !(fcntl(0, F_GETFL) & O_NONBLOCK), "O_NONBLOCK is not where it was");
	REQUIRE(isatty(0) && isatty(second), "a descriptor is no terminal");
	MUST(tcgetattr(0, &settings));
	REQUIRE(!(settings.c_lflag & ECHO) && settings.c_lflag & ICANON && settings.c_cc[VINTR] == 'I' - '@',
		"the settings are lost");
	_exit(0);
}

static void prepare(void)
{
	int fd;

	master = make();
	REQUIRE(grantpt(master) == 0 && unlockpt(master) == 0, "unlockpt: %s", strerror(errno));
	MUST(shell = fork());
	if (shell == 0)
		run_shell(slave_of(master));
	await("shell");
	await_bytes(master, 8);
	REQUIRE(write(master, "line one\nline two\npart", 22) == 22, "write: %s", strerror(errno));

	closed = make();
	REQUIRE(unlockpt(closed) == 0, "unlockpt: %s", strerror(errno));
	MUST(fd = open(slave_of(closed), O_RDWR | O_NOCTTY));
	REQUIRE(write(fd, "last words", 10) == 10, "write: %s", strerror(errno));
	close(fd);
	fd = 1;
	MUST(ioctl(closed, TIOCPKT, &fd));
	MUST(fcntl(closed, F_SETFL, O_NONBLOCK));

	unopened = make();
	MUST(fcntl(unopened, F_SETFL, O_NONBLOCK));
}

static void verify(void)
{
	struct winsize size;
	char text[32] = "";
	int locked = 0;

	reads(master, "unread\r\n");
	MUST(ioctl(master, TIOCGWINSZ, &size));
	REQUIRE(size.ws_row == 33 && size.ws_col == 77 && size.ws_xpixel == 5 && size.ws_ypixel == 6,
		"the size is %d x %d", size.ws_row, size.ws_col);
	await("lines");
	REQUIRE(write(master, "ial\n", 4) == 4, "write: %s", strerror(errno));
	await("interrupt");
	REQUIRE(write(master, "\011", 1) == 1, "write: %s", strerror(errno));
	await("resize");
	size.ws_row++;
	MUST(ioctl(master, TIOCSWINSZ, &size));
	reap(shell);

	REQUIRE(read(closed, text, sizeof(text) - 1) == 11 && text[0] == TIOCPKT_DATA && strcmp(text + 1, "last words") == 0,
		"of the closed one is read '%s'", text + 1);
	REQUIRE(read(closed, text, 1) < 0 && errno == EIO, "the closed one says %s", strerror(errno));
	REQUIRE(read(unopened, text, 1) < 0 && errno == EAGAIN, "what was never open says %s", strerror(errno));
	MUST(ioctl(unopened, TIOCGPTLCK, &locked));
	REQUIRE(locked, "the lock is lost");
}
