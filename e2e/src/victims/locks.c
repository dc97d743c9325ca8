/*
 * locks: flock(2), POSIX locks of two processes, an open file description's and a lease are held as before, by the same ones.
 * DIRECTORY/place, if it exists, is a link to the directory of the locked files.
 */
#include "victim.h"
#include <signal.h>
#include <sys/file.h>

static int whole, ranges, reading, described, shared, leased;
static pid_t child;

static const char *locked(const char *name)
{
	static char paths[8][4096];
	static unsigned next;
	char place[2048] = "";
	char *path = paths[next++ % 8];

	if (readlink(path_of("place"), place, sizeof(place) - 1) < 0)
		return path_of(name);
	snprintf(path, sizeof(paths[0]), "%s/%s", place, name);
	return path;
}

static int make(const char *name)
{
	int fd = open(locked(name), O_RDWR | O_CREAT, 0640);

	MUST(fd);
	return fd;
}

static void lock(int fd, int command, short type, off_t start, off_t length)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };

	REQUIRE(fcntl(fd, command, &lock) == 0, "cannot lock: %s", strerror(errno));
}

static void prepare(void)
{
	whole = make("whole");
	REQUIRE(flock(whole, LOCK_EX) == 0, "flock: %s", strerror(errno));
	ranges = make("ranges");
	MUST(reading = open(locked("ranges"), O_RDONLY));
	lock(ranges, F_SETLK, F_WRLCK, 10, 20);
	lock(reading, F_SETLK, F_RDLCK, 100, 0);
	described = make("described");
	lock(described, F_OFD_SETLK, F_WRLCK, 5, 5);
	close(make("leased"));
	MUST(leased = open(locked("leased"), O_RDONLY));
	MUST(fcntl(leased, F_SETLEASE, F_RDLCK));
	shared = make("shared");
	child = fork();
	MUST(child);
	if (child == 0) {
		lock(shared, F_SETLK, F_WRLCK, 0, 1);
		tell("locked");
		wait_until_moved();
		await("checked");
		_exit(0);
	}
	await("locked");
}

/* Who stands in the way of a write lock from here on; 0 for nobody. */
static pid_t holder(const char *name, off_t start, struct flock *found)
{
	int fd = open(locked(name), O_RDWR);

	MUST(fd);
	*found = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = 1 };
	MUST(fcntl(fd, F_OFD_GETLK, found));
	close(fd);
	return found->l_type == F_UNLCK ? 0 : found->l_pid;
}

/* In another process: one's own POSIX locks are lost with the first descriptor that is closed. */
static void check(pid_t victim)
{
	struct flock found;
	int fd = open(locked("whole"), O_RDWR);

	MUST(fd);
	REQUIRE(flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK, "the flock is lost");
	REQUIRE(holder("ranges", 10, &found) == victim, "bytes from 10 are locked by %d", found.l_pid);
	REQUIRE(found.l_start == 10 && found.l_len == 20, "the lock is of %ld+%ld", found.l_start, found.l_len);
	REQUIRE(holder("ranges", 30, &found) == 0, "byte 30 is locked");
	REQUIRE(holder("ranges", 5000, &found) == victim, "bytes to the end are locked by %d", found.l_pid);
	REQUIRE(found.l_type == F_RDLCK && found.l_len == 0, "it is of type %d and %ld bytes", found.l_type, found.l_len);
	REQUIRE(holder("described", 5, &found) == -1, "the description's is of %d", found.l_pid);
	REQUIRE(holder("shared", 0, &found) == child, "the child's is of %d", found.l_pid);
}

static volatile sig_atomic_t breaks;

static void broken(int signal)
{
	(void)signal;
	breaks++;
}

static void verify(void)
{
	pid_t self = getpid(), checker = fork();

	MUST(checker);
	if (checker == 0) {
		check(self);
		_exit(0);
	}
	reap(checker);
	REQUIRE(fcntl(leased, F_GETLEASE) == F_RDLCK, "the lease is lost");
	signal(SIGIO, broken);
	REQUIRE(open(locked("leased"), O_WRONLY | O_NONBLOCK) < 0 && errno == EWOULDBLOCK, "the lease holds off nobody");
	REQUIRE(breaks == 1, "%d signals came when the lease was broken", breaks);
	tell("checked");
	reap(child);
}
