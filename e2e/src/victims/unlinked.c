/* unlinked: two descriptors and a mapping of a file that lost the name it was opened by and has another one. */
#include "victim.h"
#include <sys/mman.h>

static int first, second;
static char *mapped;

static void prepare(void)
{
	MUST(first = open(path_of("lost"), O_RDWR | O_CREAT, 0640));
	REQUIRE(write(first, "content", 7) == 7, "write: %s", strerror(errno));
	MUST(second = open(path_of("lost"), O_RDONLY));
	mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, first, 0);
	REQUIRE(mapped != MAP_FAILED, "mmap: %s", strerror(errno));
	MUST(link(path_of("lost"), path_of("other")));
	MUST(unlink(path_of("lost")));
}

static void verify(void)
{
	struct stat open_file, named;
	char text[8] = "";

	REQUIRE(!exists("lost"), "the file got its name back");
	MUST(fstat(first, &open_file));
	MUST(stat(path_of("other"), &named));
	REQUIRE(open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev, "it is not the file called other");
	REQUIRE(lseek(first, 0, SEEK_CUR) == 7, "the offset is %ld", (long)lseek(first, 0, SEEK_CUR));
	REQUIRE(read(second, text, 7) == 7 && strcmp(text, "content") == 0, "it reads '%s'", text);
	REQUIRE(pwrite(first, "C", 1, 0) == 1, "pwrite: %s", strerror(errno));
	REQUIRE(memcmp(mapped, "Content", 7) == 0, "the mapping is of another file");
}
