/*
 * inside: a small tree in namespaces of its own, which keeps telling what it sees there.
 *
 *   inside ROOT REPORT   the tree has ROOT as its root directory, which holds this program as inside, and mounts, cgroups and a network of
 *                        its own; REPORT is a path in it
 *   inside - REPORT      the tree has the mounts of this host
 *
 * The environment variable INSIDE may have words for what else: "mounts" of nothing but mounts of its own, "bare" of no descriptors but those
 * that it is given later, "sockets" of a connected datagram socket and a connection to itself, "ramfs" of a mount of that kind at /ram,
 * "mapped" of a mapping of /outside/hostname, "shared" of /outside as a peer of the mount of OUTSIDE.
 * The variable OUTSIDE has a directory of the host that is to be at /outside in place of /etc, where it follows the mount of the host.
 *
 * Prints the pid of the tree's init, and ends when that does. The report is one file that is replaced again and again: a counter,
 * then lines that are the same as long as nothing is lost. When there is a file /connect, it connects to itself, and says in /connected
 * whether it could.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <signal.h>

static int kept = -1, removed = -1, listener = -1, datagrams = -1;
static volatile int thread_id;

static void must(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(1);
	}
}

static int asked(const char *word)
{
	const char *words = getenv("INSIDE");

	return words && strstr(words, word);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);

	must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
	close(fd);
}

static void enter(const char *root)
{
	const char *outside = getenv("OUTSIDE");
	int peer = asked("shared") ? syscall(SYS_open_tree, AT_FDCWD, outside, 1 /* OPEN_TREE_CLONE */) : -1;

	must(!mount("none", "/", NULL, MS_REC | (outside ? MS_SLAVE : MS_PRIVATE), NULL), "private");
	must(!mount(root, root, NULL, MS_BIND, NULL) && !chdir(root), root);
	mkdir("proc", 0755);
	mkdir("dev", 0755);
	mkdir("bound", 0755);
	mkdir("outside", 0755);
	if (peer >= 0) {
		must(!syscall(SYS_move_mount, peer, "", AT_FDCWD, "outside", 4 /* MOVE_MOUNT_F_EMPTY_PATH */), "shared");
		close(peer);
	} else {
		must(!mount(outside ? outside : "/etc", "outside", NULL, MS_BIND, NULL), "outside");
	}
	must(!syscall(SYS_pivot_root, ".", ".") && !umount2(".", MNT_DETACH) && !chdir("/"), "pivot_root");
	must(!mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "proc");
	must(!mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "size=1m,mode=755"), "tmpfs");
	must(!mkdir("/dev/pts", 0755) && !mkdir("/dev/mqueue", 0755) && !mkdir("/dev/files", 0700), "directories");
	must(!mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=620"), "devpts");
	if (asked("ramfs")) {
		must(!mkdir("/ram", 0755) && !mount("ram", "/ram", "ramfs", MS_NOEXEC, NULL), "ramfs");
	}
	mkdir("/cgroup", 0755);
	if (!asked("mounts")) {
		must(!mount("mqueue", "/dev/mqueue", "mqueue", 0, NULL), "mqueue");
		must(!mount("cgroup2", "/cgroup", "cgroup2", MS_NOSUID, NULL), "cgroup2");
	}
	must(!mount("/dev/files", "/bound", NULL, MS_BIND, NULL), "bind");
	must(!mount(NULL, "/bound", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOEXEC, NULL), "read-only");
	put("/dev/files/note", "from the tmpfs");
	must(!symlink("files/note", "/dev/link"), "link");
	must(!mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOATIME, NULL), "flags of the root");
	must(!mknod("/dev/null", S_IFCHR | 0666, 0x103), "null");
}

static void map(const char *path)
{
	int fd = open(path, O_RDONLY);

	must(fd >= 0 && mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED, path);
	close(fd);
}

static void files(void)
{
	if (asked("mapped")) {
		map("/inside"); /* above the other */
		map("/outside/hostname");
	}
	kept = open("/dev/files/note", O_RDWR);
	must(kept >= 0 && lseek(kept, 5, SEEK_SET) == 5, "note");
	removed = open("/dev/files/removed", O_RDWR | O_CREAT, 0600);
	must(removed >= 0 && write(removed, "removed", 7) == 7 && !unlink("/dev/files/removed"), "removed");
	must(open("/gone", O_RDWR | O_CREAT, 0600) >= 0 && !unlink("/gone"), "gone");
}

static struct sockaddr_in here(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(7777),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	struct sockaddr_in address = here();

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(listener >= 0 && !ioctl(listener, SIOCGIFFLAGS, &lo), "lo");
	lo.ifr_flags |= IFF_UP;
	must(!ioctl(listener, SIOCSIFFLAGS, &lo), "lo up");
	must(!bind(listener, (struct sockaddr *)&address, sizeof(address)) && !listen(listener, 1), "listen");
}

/* What is connected to something. */
static void connected(void)
{
	struct sockaddr_in address = here();
	int client = socket(AF_INET, SOCK_STREAM, 0);

	datagrams = socket(AF_INET, SOCK_DGRAM, 0);
	must(datagrams >= 0 && !connect(datagrams, (struct sockaddr *)&address, sizeof(address)), "datagrams");
	must(client >= 0 && !connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
	must(accept(listener, NULL, NULL) >= 0, "accept");
}

/* Whether a connection to ourselves carries a byte. */
static int connects(void)
{
	struct sockaddr_in address = here();
	struct linger reset = { .l_onoff = 1 };
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), server;
	char byte = 0;

	if (client < 0 || connect(client, (struct sockaddr *)&address, sizeof(address)))
		return 0;
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (server < 0 || write(client, "x", 1) != 1 || read(server, &byte, 1) != 1)
		return 0;
	setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(client);
	close(server);
	return byte == 'x';
}

static void copy(FILE *out, const char *path)
{
	char buffer[256];
	FILE *in = fopen(path, "r");
	size_t bytes = in ? fread(buffer, 1, sizeof(buffer), in) : 0;

	fprintf(out, "%s: %.*s\n", path, (int)bytes, in ? buffer : "");
	if (in)
		fclose(in);
}

static void mounts(FILE *out)
{
	char line[1024], point[256], root[256], flags[256], type[64], data[256];
	FILE *in = fopen("/proc/self/mountinfo", "r");

	while (in && fgets(line, sizeof(line), in)) {
		const char *rest = strstr(line, " - ");

		if (rest && sscanf(line, "%*s %*s %*s %255s %255s %255s", root, point, flags) == 3 &&
		    sscanf(rest, " - %63s %*s %255s", type, data) == 2)
			fprintf(out, "mount %s %s %s %s %s\n", point, strcmp(point, "/") ? root : "", flags, type,
				strcmp(type, "tmpfs") && strcmp(type, "devpts") ? "" : data);
	}
	if (in)
		fclose(in);
}

static void tell(const char *path, unsigned long n, pid_t child)
{
	char temporary[4096], host[65] = "", domain[65] = "", text[32] = "";
	FILE *out;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	out = fopen(temporary, "w");
	must(out != NULL, temporary);
	gethostname(host, sizeof(host));
	must(!getdomainname(domain, sizeof(domain)), "domain");
	fprintf(out, "%lu\nhost %s\ndomain %s\n", n, host, domain);
	fprintf(out, "pid %d parent %d session %d group %d thread %d child %d\n", getpid(), getppid(), getsid(0), getpgrp(),
		thread_id, child);
	copy(out, "/proc/sys/kernel/shmmni");
	copy(out, "/proc/sys/kernel/sem");
	if (kept >= 0) {
		copy(out, "/dev/files/note");
		copy(out, "/dev/link");
		copy(out, "/bound/note");
		copy(out, "/outside/hostname");
		copy(out, "/proc/self/cgroup");
		must(pread(kept, text, sizeof(text) - 1, 0) >= 0, "kept");
		fprintf(out, "kept %s at %ld\n", text, (long)lseek(kept, 0, SEEK_CUR));
		memset(text, 0, sizeof(text));
		must(pread(removed, text, sizeof(text) - 1, 0) >= 0, "removed");
		fprintf(out, "removed %s\n", text);
		mounts(out);
	}
	if (datagrams >= 0) {
		struct sockaddr_in peer = { 0 };
		socklen_t size = sizeof(peer);

		getpeername(datagrams, (struct sockaddr *)&peer, &size);
		fprintf(out, "datagrams to %d\n", ntohs(peer.sin_port));
	}
	fprintf(out, "end\n");
	must(!fclose(out) && !rename(temporary, path), path);
}

static void *idle(void *unused)
{
	thread_id = (int)syscall(SYS_gettid);
	for (;;)
		pause();
	return unused;
}

/* The standard streams, in place of those from outside. */
static void use_null(void)
{
	int null = open("/dev/null", O_RDWR);

	must(null >= 0, "/dev/null");
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_range(3, ~0U, 0);
}

static __attribute__((noreturn)) void run(const char *report)
{
	pthread_t thread;
	pid_t child;

	must(!pthread_create(&thread, NULL, idle, NULL), "thread");
	while (!thread_id)
		usleep(1000);
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	must(child > 0, "fork");
	for (unsigned long n = 1;; n++) {
		if (kill(child, 0))
			child = -1;
		tell(report, n, child);
		if (listener >= 0 && !unlink("/connect"))
			put("/connected", connects() ? "yes" : "no");
		usleep(10000);
	}
}

static __attribute__((noreturn)) void be_init(const char *root, const char *report)
{
	must(setsid() > 0, "setsid");
	if (!asked("mounts")) {
		must(!sethostname("inside", 6) && !setdomainname("example", 7), "names");
		put("/proc/sys/kernel/shmmni", "1234");
	}
	if (strcmp(root, "-")) {
		enter(root);
		use_null();
		execl("/inside", "inside", report, NULL);
		exit(1);
	}
	use_null();
	if (asked("bare"))
		close_range(0, ~0U, 0);
	run(report);
}

int main(int argc, char **argv)
{
	int flags = CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
	pid_t init;

	if (argc == 2) {
		files();
		if (!asked("mounts"))
			network();
		if (asked("sockets"))
			connected();
		run(argv[1]);
	}
	if (argc != 3)
		return 2;
	if (asked("mounts"))
		flags = CLONE_NEWNS;
	else if (strcmp(argv[1], "-"))
		flags |= CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWCGROUP;
	must(!unshare(flags), "unshare");
	init = fork();
	if (init == 0)
		be_init(argv[1], argv[2]);
	printf("%d\n", init);
	fflush(stdout);
	waitpid(init, NULL, 0);
	return 0;
}
