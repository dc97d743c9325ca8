/* deleted: files that have no name any more keep their content, offset, mode and size; two descriptors share one. */
#include "victim.h"
#include <sys/mman.h>

static int first, second, same;
static char *mapped;

static void prepare(void)
{
	char block[8192];

	memset(block, 'd', sizeof(block));
	MUST(first = open(path_of("gone"), O_RDWR | O_CREAT, 0604));
	REQUIRE(write(first, block, sizeof(block)) == sizeof(block), "write: %s", strerror(errno));
	REQUIRE(pwrite(first, "sparse end", 10, 1 << 20) == 10, "pwrite: %s", strerror(errno));
	MUST(second = open(path_of("gone"), O_RDONLY));
	MUST(same = dup(first));
	MUST(lseek(second, 17, SEEK_SET));
	mapped = mmap(NULL, sizeof(block), PROT_READ | PROT_WRITE, MAP_SHARED, first, 0);
	REQUIRE(mapped != MAP_FAILED, "mmap: %s", strerror(errno));
	MUST(unlink(path_of("gone")));
}

static void verify(void)
{
	struct stat status;
	char text[16] = "";

	REQUIRE(!exists("gone"), "the file got its name back");
	MUST(fstat(first, &status));
	REQUIRE(status.st_nlink == 0, "the file has %lu names", (unsigned long)status.st_nlink);
	REQUIRE((status.st_mode & 07777) == 0604, "the mode is %o", status.st_mode & 07777);
	REQUIRE(status.st_size == (1 << 20) + 10, "the size is %ld", (long)status.st_size);
	REQUIRE(lseek(first, 0, SEEK_CUR) == 8192 && lseek(same, 0, SEEK_CUR) == 8192, "the offset of the writer");
	REQUIRE(lseek(second, 0, SEEK_CUR) == 17, "the offset of the reader");
	REQUIRE(pread(second, text, 10, 1 << 20) == 10 && strcmp(text, "sparse end") == 0, "the end reads '%s'", text);
	REQUIRE(pwrite(same, "written", 7, 0) == 7, "pwrite: %s", strerror(errno));
	REQUIRE(pread(second, text, 7, 0) == 7 && memcmp(text, "written", 7) == 0, "they are two files now");
	REQUIRE(memcmp(mapped, "written", 7) == 0, "the mapping is of another file");
}
