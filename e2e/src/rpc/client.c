/*
 * client: asks for one thing over RPC by means of libcriu, and prints what came of it, one fact a line.
 *
 *   client bin PATH|sk PATH version|check|features
 *   client bin PATH|sk PATH dump|pre-dump PID IMAGES [leave-running] [orphans] [notify [refuse=STAGE] [leave=STAGE]] [parent=DIR]
 *   client bin PATH|sk PATH dump-self IMAGES TOLD [leave-running]
 *   client bin PATH|sk PATH iters PID IMAGES COUNT [leave-running]
 *   client bin PATH|sk PATH restore|restore-child IMAGES [orphans] [notify [refuse=STAGE] [leave=STAGE]] [type=TEXT]
 *
 * IMAGES is a directory, or a descriptor that is open or not, as in fd:999.
 * orphans: the master of the tree's terminal may be elsewhere; at a restore the client gets it, and tells its size.
 * TEXT and a new line are typed there when the tree runs, and the first line that comes is told.
 * bin: libcriu starts PATH as `PATH swrk FD`; sk: it connects to the service at PATH. The exit code is 0 if libcriu said so.
 */
#include <criu/criu.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_LEVEL = 4, BAD_USAGE = 2, LEFT = 3 };

static const char *refused = "", *last = "";
static const char *typed;
static int master = -1;
static int rounds_left;
static int round_number;
static const char *images_root;

static void usage(const char *what)
{
	fprintf(stderr, "client: %s\n", what);
	exit(BAD_USAGE);
}

static int notify(char *action, criu_notify_arg_t argument)
{
	int pid = criu_notify_pid(argument);

	if (pid)
		printf("notify %s %d\n", action, pid);
	else
		printf("notify %s\n", action);
	if (strcmp(action, last) == 0)
		_exit(LEFT);
	if (strcmp(action, "orphan-pts-master") == 0)
		master = criu_get_orphan_pts_master_fd();
	return strcmp(action, refused) == 0 ? -1 : 0;
}

static int open_directory(const char *path)
{
	int fd = strncmp(path, "fd:", 3) == 0 ? atoi(path + 3) : open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		usage(path);
	return fd;
}

static void images(const char *path, const char *log)
{
	criu_set_images_dir_fd(open_directory(path));
	criu_set_log_level(LOG_LEVEL);
	criu_set_log_file(log);
}

static void options(char **words)
{
	for (; *words; words++) {
		if (strcmp(*words, "leave-running") == 0)
			criu_set_leave_running(true);
		else if (strcmp(*words, "orphans") == 0)
			criu_set_orphan_pts_master(true);
		else if (strncmp(*words, "type=", 5) == 0)
			typed = *words + 5;
		else if (strcmp(*words, "notify") == 0)
			criu_set_notify_cb(notify);
		else if (strncmp(*words, "refuse=", 7) == 0)
			refused = *words + 7;
		else if (strncmp(*words, "leave=", 6) == 0)
			last = *words + 6;
		else if (strncmp(*words, "parent=", 7) == 0)
			criu_set_parent_images(*words + 7);
		else
			usage(*words);
	}
}

/* The directory of the next round, below the one for all; each has the one before it as its parent. */
static int next_round(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%d", images_root, ++round_number);
	if (mkdir(path, 0700) != 0)
		usage(path);
	images(path, "dump.log");
	if (round_number > 1) {
		snprintf(path, sizeof(path), "../%d", round_number - 1);
		criu_set_parent_images(path);
	}
	return 0;
}

static int more(criu_predump_info info)
{
	(void)info;
	printf("round %d\n", round_number);
	next_round();
	return rounds_left-- > 0;
}

static int said(int result)
{
	if (result < 0)
		printf("failed %d errno %d\n", result, errno);
	else
		printf("result %d\n", result);
	fflush(stdout);
	return result < 0;
}

static int features(void)
{
	struct criu_feature_check asked = { .mem_track = true, .lazy_pages = true, .pidfd_store = true };
	int result = criu_feature_check(&asked, sizeof(asked));

	printf("mem_track %d lazy_pages %d pidfd_store %d\n", asked.mem_track, asked.lazy_pages, asked.pidfd_store);
	return said(result);
}

static int use_terminal(void)
{
	struct winsize size;
	char line[256];
	size_t have = 0;

	if (master < 0 || ioctl(master, TIOCGWINSZ, &size) != 0 || dprintf(master, "%s\n", typed) < 0)
		usage("there is no terminal");
	printf("size %d %d\n", size.ws_row, size.ws_col);
	while (have < sizeof(line) - 1 && read(master, line + have, 1) == 1 && line[have] != '\n')
		have++;
	line[have] = 0;
	printf("terminal says %s\n", line);
	fflush(stdout);
	/* the terminal is there as long as this is */
	while (read(master, line, sizeof(line)) > 0)
		;
	return 0;
}

static int restore(void)
{
	int failed = said(criu_restore());

	return failed || !typed ? failed : use_terminal();
}

static int restore_child(void)
{
	int status, pid = criu_restore_child();

	if (said(pid))
		return 1;
	if (waitpid(pid, &status, 0) != pid)
		usage("the restored root is no child of the client");
	printf("child status %#x\n", status);
	return 0;
}

/* Asks to be dumped itself, and tells what came of it in a file, which is there whole or not at all. */
static int dump_self(const char *told)
{
	char path[4096];
	FILE *out;
	volatile int secret = getpid() * 7;
	int result = criu_dump();

	snprintf(path, sizeof(path), "%s.new", told);
	out = fopen(path, "w");
	if (!out)
		return 1;
	fprintf(out, "result %d secret %s\n", result, secret == getpid() * 7 ? "kept" : "lost");
	fclose(out);
	return rename(path, told) != 0;
}

int main(int argc, char **argv)
{
	const char *what;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 4)
		usage("too few arguments");
	if (criu_init_opts() != 0)
		usage("criu_init_opts");
	if (strcmp(argv[1], "bin") == 0)
		criu_set_service_binary(argv[2]);
	else
		criu_set_service_address(argv[2]);
	what = argv[3];
	if (strcmp(what, "version") == 0)
		return said(criu_get_version());
	if (strcmp(what, "check") == 0)
		return said(criu_check());
	if (strcmp(what, "features") == 0)
		return features();
	if (argc < 5 || (strcmp(what, "dump-self") == 0 && argc < 6))
		usage("too few arguments");
	if (strcmp(what, "dump-self") == 0) {
		images(argv[4], "dump.log");
		options(argv + 6);
		return dump_self(argv[5]);
	}
	if (strncmp(what, "restore", 7) == 0) {
		images(argv[4], "restore.log");
		options(argv + 5);
		return strcmp(what, "restore") == 0 ? restore() : restore_child();
	}
	if (argc < 6)
		usage("too few arguments");
	criu_set_pid(atoi(argv[4]));
	if (strcmp(what, "iters") == 0) {
		images_root = argv[5];
		rounds_left = atoi(argv[6]);
		options(argv + 7);
		next_round();
		return said(criu_dump_iters(more));
	}
	images(argv[5], "dump.log");
	options(argv + 6);
	return said(strcmp(what, "pre-dump") == 0 ? criu_pre_dump() : criu_dump());
}
