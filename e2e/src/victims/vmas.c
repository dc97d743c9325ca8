/* vmas: guard pages, PROT_NONE with data, files mapped private and shared and beyond their end, zero pages that were read. */
#include "victim.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#define PAGE 4096UL

static sigjmp_buf fault;
static char *guarded, *hidden, *file_private, *file_shared, *beyond, *read_only, *zero, *merged, *locked;

static void on_fault(int signal)
{
	siglongjmp(fault, signal);
}

static int fault_of(volatile char *address)
{
	int signal = sigsetjmp(fault, 1);

	if (signal == 0)
		(void)*address;
	return signal;
}

static char *map(size_t pages, int protection, int flags, int fd)
{
	char *at = mmap(NULL, pages * PAGE, protection, flags, fd, 0);

	REQUIRE(at != MAP_FAILED, "mmap: %s", strerror(errno));
	return at;
}

static char *anonymous(size_t pages)
{
	return map(pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void map_files(void)
{
	char content[6 * PAGE + 100];
	int fd = open(path_of("mapped"), O_RDWR | O_CREAT, 0666);

	MUST(fd);
	memset(content, 'f', sizeof(content));
	REQUIRE(write(fd, content, sizeof(content)) == sizeof(content), "write: %s", strerror(errno));
	file_private = map(6, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	strcpy(file_private + PAGE, "mine alone");
	file_shared = map(6, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	strcpy(file_shared + 2 * PAGE, "everybody's");
	beyond = map(10, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	strcpy(beyond + 6 * PAGE + 50, "on the last page");
	read_only = map(1, PROT_READ, MAP_SHARED, fd);
	close(fd);
}

static void prepare(void)
{
	struct sigaction action = {.sa_handler = on_fault};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	guarded = anonymous(3);
	strcpy(guarded, "below");
	strcpy(guarded + 2 * PAGE, "above");
	MUST(mprotect(guarded + PAGE, PAGE, PROT_NONE));
	hidden = anonymous(2);
	strcpy(hidden, "behind PROT_NONE");
	MUST(mprotect(hidden, 2 * PAGE, PROT_NONE));
	map_files();
	zero = anonymous(4);
	REQUIRE(zero[PAGE] == 0 && zero[3 * PAGE] == 0, "fresh memory is not zero");
	strcpy(zero + 2 * PAGE, "between zeroes");
	/* What was written and then given back reads as zero, though the range is populated around it. */
	merged = anonymous(4);
	memset(merged, 'm', 4 * PAGE);
	MUST(madvise(merged + PAGE, PAGE, MADV_DONTNEED));
	MUST(madvise(merged, 4 * PAGE, MADV_DONTFORK));
	locked = map(2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	strcpy(locked, "no reserve");
}

static void verify(void)
{
	char through_file[12] = "";
	int fd;

	REQUIRE(strcmp(guarded, "below") == 0 && strcmp(guarded + 2 * PAGE, "above") == 0, "beside the guard page");
	REQUIRE(fault_of(guarded + PAGE) == SIGSEGV, "the guard page can be read");
	REQUIRE(fault_of(hidden) == SIGSEGV, "PROT_NONE can be read");
	MUST(mprotect(hidden, 2 * PAGE, PROT_READ));
	REQUIRE(strcmp(hidden, "behind PROT_NONE") == 0, "behind PROT_NONE there is '%.16s'", hidden);
	REQUIRE(strcmp(file_private + PAGE, "mine alone") == 0, "the written page of the private file mapping");
	REQUIRE(file_private[0] == 'f' && file_private[3 * PAGE] == 'f', "the untouched pages of the private file mapping");
	REQUIRE(strcmp(file_private + 2 * PAGE, "everybody's") == 0, "a write to the file, seen privately");
	fd = open(path_of("mapped"), O_RDONLY);
	MUST(fd);
	strcpy(file_shared + 2 * PAGE, "still all's");
	REQUIRE(pread(fd, through_file, 11, 2 * PAGE) == 11, "pread: %s", strerror(errno));
	close(fd);
	REQUIRE(strcmp(through_file, "still all's") == 0, "the shared mapping does not write to the file");
	REQUIRE(strcmp(beyond + 6 * PAGE + 50, "on the last page") == 0, "the last page of the file");
	REQUIRE(fault_of(beyond + 8 * PAGE) == SIGBUS, "beyond the end of the file there is no SIGBUS");
	REQUIRE(read_only[0] == 'f', "the read-only mapping");
	REQUIRE(zero[0] == 0 && zero[PAGE] == 0 && zero[3 * PAGE] == 0, "a zero page is not zero");
	REQUIRE(strcmp(zero + 2 * PAGE, "between zeroes") == 0, "the page between the zero pages");
	REQUIRE(merged[0] == 'm' && merged[PAGE] == 0 && merged[3 * PAGE] == 'm', "the page that was given back");
	REQUIRE(strcmp(locked, "no reserve") == 0, "the mapping without reserve");
}
