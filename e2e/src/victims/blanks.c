/* blanks: pages of private file mappings, its own data among them, that have only zeros now, between pages with contents. */
#include "victim.h"
#include <fcntl.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 64 };

static unsigned char data[PAGES * PAGE] = { 1 };
static unsigned char *mapped;

/* Every second and third page is blank; the first ones stay as the file has them. */
static void write_pages(unsigned char *pages)
{
	for (int i = 4; i < PAGES; i++)
		memset(pages + i * PAGE, i % 3 == 0 ? i : 0, PAGE);
}

static void check_pages(const unsigned char *pages, const char *what)
{
	for (int i = 4; i < PAGES; i++)
		for (int at = 0; at < PAGE; at++)
			REQUIRE(pages[i * PAGE + at] == (i % 3 == 0 ? i : 0), "byte %d of page %d of the %s is %d", at, i, what,
				pages[i * PAGE + at]);
}

static void prepare(void)
{
	unsigned char full[PAGE];
	int fd;

	memset(full, 0xff, sizeof(full));
	MUST(fd = open(path_of("full"), O_RDWR | O_CREAT, 0600));
	for (int i = 0; i < PAGES; i++)
		REQUIRE(write(fd, full, PAGE) == PAGE, "write: %s", strerror(errno));
	mapped = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	REQUIRE(mapped != MAP_FAILED, "mmap: %s", strerror(errno));
	close(fd);
	write_pages(mapped);
	write_pages(data);
}

static void verify(void)
{
	check_pages(mapped, "file");
	check_pages(data, "data");
	REQUIRE(mapped[0] == 0xff && mapped[4 * PAGE - 1] == 0xff, "the file's own pages are lost");
	REQUIRE(data[0] == 1 && data[1] == 0, "the data's own pages are lost");
}
