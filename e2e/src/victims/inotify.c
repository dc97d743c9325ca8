/* inotify: watches of a directory and of files keep their numbers and masks, and tell what happens after the move. */
#include "victim.h"
#include <sys/inotify.h>

#define GAP 500

static int fd, directory_watch, file_watch, quiet;

static int add(const char *name, uint32_t mask)
{
	int wd = inotify_add_watch(fd, path_of(name), mask);

	MUST(wd);
	return wd;
}

static void prepare(void)
{
	char ignored[64];
	int i, wd;

	MUST(fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
	REQUIRE(mkdir(path_of("watched"), 0777) == 0, "mkdir: %s", strerror(errno));
	close(open(path_of("file"), O_CREAT | O_RDWR, 0666));
	close(open(path_of("quiet"), O_CREAT | O_RDWR, 0666));
	directory_watch = add("watched", IN_CREATE | IN_ONLYDIR);
	for (i = 0; i < GAP; i++) {
		wd = add("quiet", IN_OPEN);
		MUST(inotify_rm_watch(fd, wd));
		MUST(read(fd, ignored, sizeof(ignored)));
	}
	file_watch = add("file", IN_MODIFY | IN_ONESHOT);
	quiet = add("quiet", IN_ATTRIB);
}

static void tells(int wd, uint32_t mask, const char *name)
{
	char buffer[sizeof(struct inotify_event) + 256] __attribute__((aligned(8)));
	struct inotify_event *event = (struct inotify_event *)buffer;

	REQUIRE(read(fd, buffer, sizeof(struct inotify_event) + (name ? 16 : 0)) > 0, "no event of watch %d: %s", wd, strerror(errno));
	REQUIRE(event->wd == wd && event->mask == mask, "watch %d tells %#x, not %d %#x", event->wd, event->mask, wd, mask);
	REQUIRE(!name || strcmp(event->name, name) == 0, "it names %s", event->name);
}

static void verify(void)
{
	char none[64];
	int file;

	REQUIRE(read(fd, none, sizeof(none)) < 0 && errno == EAGAIN, "an event came of nothing");
	close(open(path_of("watched/new"), O_CREAT | O_RDWR, 0666));
	tells(directory_watch, IN_CREATE, "new");
	MUST(file = open(path_of("file"), O_RDWR));
	REQUIRE(write(file, "1", 1) == 1, "write: %s", strerror(errno));
	tells(file_watch, IN_MODIFY, NULL);
	tells(file_watch, IN_IGNORED, NULL);
	MUST(fchmod(file, 0600));
	REQUIRE(read(fd, none, sizeof(none)) < 0 && errno == EAGAIN, "the file is still watched");
	MUST(chmod(path_of("quiet"), 0600));
	tells(quiet, IN_ATTRIB, NULL);
}
