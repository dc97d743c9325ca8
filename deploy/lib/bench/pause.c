/*
 * pause MIB FILE: holds MIB mebibytes and reads the clock without a pause. Each time a reading is later after the one before than
 * ever, the distance in microseconds is written to FILE: in the end it is how long the program stood still when it was moved.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv)
{
	long long last, longest = 0;
	size_t bytes;
	char *memory;
	int file;

	if (argc != 3)
		return 2;
	bytes = strtoul(argv[1], NULL, 10) << 20;
	memory = malloc(bytes);
	file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (memory == NULL || file < 0)
		return 1;
	srand(1);
	for (size_t i = 0; i < bytes; i++)
		memory[i] = rand();
	last = now();
	while (1) {
		long long next = now();

		if (next - last > longest) {
			char text[32];
			int length = snprintf(text, sizeof(text), "%12lld\n", (next - last) / 1000);

			longest = next - last;
			if (pwrite(file, text, length, 0) != length)
				return 1;
			next = now();
		}
		last = next;
	}
}
