/*
 * deleted: files that have no name any more keep their content, offset, mode and size; two descriptors share one;
 * so do files and the working directory in deleted directories.
 */
#include "victim.h"
#include <sys/mman.h>

static int first, second, same, nested;
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

	REQUIRE(mkdir(path_of("outer"), 0750) == 0 && mkdir(path_of("outer/inner"), 0750) == 0, "mkdir: %s", strerror(errno));
	MUST(nested = open(path_of("outer/inner/file"), O_RDWR | O_CREAT, 0600));
	REQUIRE(write(nested, "nested", 6) == 6, "write: %s", strerror(errno));
	MUST(chdir(path_of("outer/inner")));
	MUST(unlink("file"));
	REQUIRE(rmdir(path_of("outer/inner")) == 0 && rmdir(path_of("outer")) == 0, "rmdir: %s", strerror(errno));
}

static void verify(void)
{
	struct stat status;
	char text[16] = "";

	REQUIRE(!exists("gone") && !exists("outer"), "a file got its name back");
	REQUIRE(pread(nested, text, 6, 0) == 6 && strcmp(text, "nested") == 0, "in a deleted directory it reads '%s'", text);
	MUST(stat(".", &status));
	REQUIRE(S_ISDIR(status.st_mode) && (status.st_mode & 07777) == 0750, "the working directory is of mode %o", status.st_mode);
	REQUIRE(open("new", O_CREAT | O_RDWR, 0600) < 0 && errno == ENOENT, "the working directory takes files: %s", strerror(errno));
	memset(text, 0, sizeof(text));
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
