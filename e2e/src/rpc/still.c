/* still: counts in the file /count while it runs, as the only program of a container. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	for (unsigned long n = 1;; n++) {
		char line[32];
		int length = snprintf(line, sizeof(line), "%lu\n", n), fd = open("/count", O_WRONLY | O_CREAT, 0666);

		if (fd < 0 || pwrite(fd, line, length, 0) != length)
			return 1;
		close(fd);
		usleep(10000);
	}
}
