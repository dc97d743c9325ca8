/*
 * hold MIB: takes memory from the host of a virtual machine before it is measured, which takes far longer than all that is measured
 * (0.2-0.7 GB/s), and stops the other programs of the machine for tens of milliseconds. Says "held" when it has it. From the first
 * line on its input on it gives back what others take, so that they get this memory and no other; with free page reporting the
 * host would have back what is given all at once. Ends when its input does.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define HUGE_PAGE (2UL << 20)
#define EVERY_MS 10

static unsigned long free_bytes(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? info.freeram * info.mem_unit : 0;
}

int main(int argc, char **argv)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	unsigned long bytes, given = 0, before;
	char *memory, line[16];

	if (argc != 2)
		return 2;
	bytes = strtoul(argv[1], NULL, 10) << 20;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || madvise(memory, bytes, MADV_HUGEPAGE) != 0 || madvise(memory, bytes, MADV_POPULATE_WRITE) != 0)
		return 1;
	/* It counts as available, or there would not seem to be room for what is moved. */
	if (madvise(memory, bytes, MADV_FREE) != 0)
		return 1;
	puts("held");
	fflush(stdout);
	if (read(0, line, sizeof(line)) <= 0)
		return 0;
	before = free_bytes();
	while (poll(&input, 1, EVERY_MS) == 0) {
		unsigned long now = free_bytes(), missing = before > now ? (before - now) & -HUGE_PAGE : 0;

		if (missing > bytes - given)
			missing = bytes - given;
		if (missing > 0 && madvise(memory + given, missing, MADV_DONTNEED) != 0)
			return 1;
		given += missing;
	}
	return 0;
}
