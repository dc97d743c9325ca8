/* shared: anonymous memory shared by parent, child and grandchild, with a futex in it that they wake one another by. */
#include "victim.h"
#include <limits.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGES 64

struct page {
	uint32_t turn;
	char text[4092];
};

static struct page *pages;
static pid_t child;

static void await_turn(uint32_t turn)
{
	uint32_t now;

	while ((now = __atomic_load_n(&pages[0].turn, __ATOMIC_ACQUIRE)) != turn)
		syscall(SYS_futex, &pages[0].turn, FUTEX_WAIT, now, NULL, NULL, 0);
}

static void give_turn(uint32_t turn)
{
	__atomic_store_n(&pages[0].turn, turn, __ATOMIC_RELEASE);
	syscall(SYS_futex, &pages[0].turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void grandchild(void)
{
	__atomic_store_n(&pages[1].turn, 1, __ATOMIC_RELEASE);
	await_turn(2);
	REQUIRE(strcmp(pages[9].text, "written by the child") == 0, "the grandchild sees '%.24s'", pages[9].text);
	give_turn(3);
	_exit(0);
}

static void prepare(void)
{
	pages = mmap(NULL, sizeof(*pages) * PAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(pages != MAP_FAILED, "mmap: %s", strerror(errno));
	for (int i = 0; i < PAGES; i += 3)
		snprintf(pages[i].text, sizeof(pages[i].text), "page %d", i);
	MUST(child = fork());
	if (child == 0) {
		pid_t grand = fork();

		MUST(grand);
		if (grand == 0)
			grandchild();
		await_turn(1);
		strcpy(pages[9].text, "written by the child");
		give_turn(2);
		reap(grand);
		_exit(0);
	}
	/* The tree is set up when the grandchild is there. */
	while (__atomic_load_n(&pages[1].turn, __ATOMIC_ACQUIRE) == 0)
		usleep(1000);
}

static void verify(void)
{
	char expected[32];

	for (int i = 0; i < PAGES; i++) {
		snprintf(expected, sizeof(expected), i % 3 ? "" : "page %d", i);
		REQUIRE(strcmp(pages[i].text, expected) == 0, "page %d holds '%.24s'", i, pages[i].text);
	}
	give_turn(1);
	await_turn(3);
	reap(child);
}
