/*
 * changes PID MILLISECONDS MIB TIMES: takes MIB mebibytes of a process's private memory that is not a file's again and again, and tells of the
 * pages that changed in between how many bytes did, and how large they are as a whole, compressed, and as the difference to what they
 * held: that compressed too, and as runs of equal and changed bytes.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define MOST_RANGES 4096
/* A run of changes goes on over so many equal bytes, which cost less than the lengths of another run. */
#define JOIN 4

/* Of liblz4.so.1, which every Debian has. */
int LZ4_compress_default(const char *from, char *to, int bytes, int room);

static struct iovec ranges[MOST_RANGES];
static int count;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static size_t find(int pid, size_t most)
{
	char line[512], path[64], protection[8], device[16];
	unsigned long start, end, offset, inode;
	size_t total = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	if (maps == NULL)
		return 0;
	while (total < most && count < MOST_RANGES && fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s %lx %15s %lu", &start, &end, protection, &offset, device, &inode) != 6)
			continue;
		if (inode != 0 || protection[1] != 'w')
			continue;
		if (end - start > most - total)
			end = start + (most - total);
		ranges[count].iov_base = (void *)start;
		ranges[count++].iov_len = end - start;
		total += end - start;
	}
	fclose(maps);
	return total;
}

static void take(int pid, char *to)
{
	for (int i = 0; i < count; i++) {
		struct iovec here = {to, ranges[i].iov_len};

		ssize_t got = process_vm_readv(pid, &here, 1, &ranges[i], 1, 0);

		if (got < (ssize_t)here.iov_len)
			memset(to + (got < 0 ? 0 : got), 0, here.iov_len - (got < 0 ? 0 : got));
		to += ranges[i].iov_len;
	}
}

static int as_runs(const char *before, const char *after)
{
	int bytes = 0;

	for (int at = 0; at < PAGE;) {
		int equal = 0;

		while (at < PAGE && before[at] == after[at])
			at++;
		if (at == PAGE)
			break;
		/* two lengths of two bytes */
		bytes += 4;
		for (; at < PAGE && equal < JOIN; at++, bytes++)
			equal = before[at] == after[at] ? equal + 1 : 0;
		bytes -= equal;
	}
	return bytes < PAGE ? bytes : PAGE;
}

static int smaller(int bytes)
{
	return bytes < PAGE ? bytes : PAGE;
}

static void compare(const char *before, const char *after, size_t total)
{
	static const int steps[] = {8, 64, 256, 1024, PAGE};
	static char difference[PAGE], out[2 * PAGE];
	long pages = 0, plain = 0, compressed = 0, runs = 0, with[5] = {0};
	double plain_time = 0, compressed_time = 0, runs_time = 0;

	for (size_t page = 0; page < total; page += PAGE) {
		const char *old = before + page, *new = after + page;
		int changed = 0, step = 0;
		double start;

		if (memcmp(old, new, PAGE) == 0)
			continue;
		pages++;
		for (int i = 0; i < PAGE; i++)
			changed += old[i] != new[i];
		while (changed > steps[step])
			step++;
		with[step]++;
		start = now();
		plain += smaller(LZ4_compress_default(new, out, PAGE, sizeof(out)));
		plain_time += now() - start;
		start = now();
		for (int i = 0; i < PAGE; i++)
			difference[i] = old[i] ^ new[i];
		compressed += smaller(LZ4_compress_default(difference, out, PAGE, sizeof(out)));
		compressed_time += now() - start;
		start = now();
		runs += as_runs(old, new);
		runs_time += now() - start;
	}
	if (pages == 0)
		return;
	printf("%ld pages; bytes changed: at most 8 in %.0f %%, 64 in %.0f %%, 256 in %.0f %%, 1024 in %.0f %%, more in %.0f %%; "
	       "size: LZ4 %.0f %%, difference by LZ4 %.1f %%, as runs %.1f %%; us a page: %.1f, %.1f, %.1f\n",
	       pages, 100. * with[0] / pages, 100. * with[1] / pages, 100. * with[2] / pages, 100. * with[3] / pages,
	       100. * with[4] / pages, 100. * plain / PAGE / pages, 100. * compressed / PAGE / pages,
	       100. * runs / PAGE / pages, plain_time * 1e6 / pages, compressed_time * 1e6 / pages, runs_time * 1e6 / pages);
}

int main(int argc, char **argv)
{
	char *before, *after;
	size_t total;
	int pid;

	if (argc != 5)
		return 2;
	pid = atoi(argv[1]);
	total = find(pid, strtoul(argv[3], NULL, 10) << 20);
	before = malloc(total);
	after = malloc(total);
	if (total == 0 || before == NULL || after == NULL)
		return 1;
	/* no page of these is to be made in the middle */
	memset(before, 1, total);
	memset(after, 1, total);
	for (int i = atoi(argv[4]); i > 0; i--) {
		take(pid, before);
		usleep(atoi(argv[2]) * 1000);
		take(pid, after);
		compare(before, after, total);
	}
	return 0;
}
