/* memfd: content, offset, size and seals, mapped shared and private, shared with a child. */
#include "victim.h"
#include <sys/mman.h>

#define SIZE 16384

static int fd, sealed;
static char *shared, *alone;
static pid_t child;

static void prepare(void)
{
	MUST(fd = memfd_create("victim memory", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	MUST(ftruncate(fd, SIZE));
	shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	alone = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	REQUIRE(shared != MAP_FAILED && alone != MAP_FAILED, "mmap: %s", strerror(errno));
	strcpy(shared + 4096, "seen by all");
	strcpy(alone + 8192, "seen by one");
	MUST(lseek(fd, 100, SEEK_SET));
	MUST(sealed = memfd_create("sealed", MFD_ALLOW_SEALING));
	REQUIRE(write(sealed, "wax", 3) == 3, "write: %s", strerror(errno));
	MUST(fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
	MUST(child = fork());
	if (child == 0) {
		wait_until_moved();
		strcpy(shared + 12288, "from the child");
		REQUIRE(strcmp(alone + 8192, "seen by one") == 0, "the child's own page");
		_exit(0);
	}
}

static void verify(void)
{
	struct stat status;
	char text[16] = "";

	reap(child);
	MUST(fstat(fd, &status));
	REQUIRE(status.st_size == SIZE, "the size is %ld", (long)status.st_size);
	REQUIRE(lseek(fd, 0, SEEK_CUR) == 100, "the offset is %ld", (long)lseek(fd, 0, SEEK_CUR));
	REQUIRE(pread(fd, text, 11, 4096) == 11 && strcmp(text, "seen by all") == 0, "the file reads '%s'", text);
	REQUIRE(strcmp(shared + 4096, "seen by all") == 0, "the shared mapping");
	REQUIRE(strcmp(shared + 12288, "from the child") == 0, "parent and child no longer share");
	REQUIRE(strcmp(alone + 8192, "seen by one") == 0 && shared[8192] == 0, "the private mapping");
	REQUIRE(fcntl(sealed, F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), "the seals are %#x",
		fcntl(sealed, F_GET_SEALS));
	REQUIRE(pread(sealed, text, 3, 0) == 3 && memcmp(text, "wax", 3) == 0, "the sealed file");
}
