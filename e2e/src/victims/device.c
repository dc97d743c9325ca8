/* device: a device that was opened by a path at which another file is now. */
#include "victim.h"
#include <sys/sysmacros.h>

static int device;

static void prepare(void)
{
	REQUIRE(mknod(path_of("nothing"), S_IFCHR | 0666, makedev(1, 3)) == 0, "mknod: %s", strerror(errno));
	MUST(device = open(path_of("nothing"), O_RDWR | O_NONBLOCK));
	MUST(unlink(path_of("nothing")));
	close(open(path_of("nothing"), O_CREAT | O_RDWR, 0666));
}

static void verify(void)
{
	struct stat status;
	char byte;

	MUST(fstat(device, &status));
	REQUIRE(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3), "it is of mode %o now", status.st_mode);
	REQUIRE(write(device, "!", 1) == 1 && read(device, &byte, 1) == 0, "it does not take and give nothing");
	REQUIRE(fcntl(device, F_GETFL) & O_NONBLOCK, "O_NONBLOCK is lost");
}
