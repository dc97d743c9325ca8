/*
 * direct: two threads read a file with O_DIRECT, so that the device writes into their memory behind the page tables'
 * back, and know which block each buffer must hold.
 */
#include "victim.h"
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096UL
/* Small, so that at any moment one is likely on its way, and many, so that none is soon read into again. */
#define BLOCK (16UL << 10)
#define BLOCKS 4096UL
#define FILE_BLOCKS 512UL
#define THREADS 2

static char *buffers;
static unsigned long holds[BLOCKS];
static int file, done;
static pthread_t readers[THREADS];
static unsigned long passes[THREADS];

static uint64_t word_of(unsigned long block, unsigned long page)
{
	return (block * BLOCK / PAGE + page + 1) * 0x9e3779b97f4a7c15ULL;
}

static void *keep_reading(void *first)
{
	unsigned long number = (unsigned long)first;

	for (unsigned long pass = 1; !__atomic_load_n(&done, __ATOMIC_ACQUIRE); pass++) {
		for (unsigned long buffer = number; buffer < BLOCKS; buffer += THREADS) {
			unsigned long block = (buffer + pass * 7) % FILE_BLOCKS;

			if (__atomic_load_n(&done, __ATOMIC_ACQUIRE))
				return first;
			REQUIRE(pread(file, buffers + buffer * BLOCK, BLOCK, block * BLOCK) == (ssize_t)BLOCK, "pread: %s",
				strerror(errno));
			holds[buffer] = block;
		}
		__atomic_store_n(&passes[number], pass, __ATOMIC_RELEASE);
	}
	return first;
}

static void prepare(void)
{
	uint64_t *block = aligned_alloc(PAGE, BLOCK);

	MUST(file = open(path_of("file"), O_RDWR | O_CREAT | O_TRUNC, 0600));
	for (unsigned long i = 0; i < FILE_BLOCKS; i++) {
		for (unsigned long word = 0; word < BLOCK / 8; word++)
			block[word] = word_of(i, word * 8 / PAGE);
		REQUIRE(write(file, block, BLOCK) == (ssize_t)BLOCK, "write: %s", strerror(errno));
	}
	MUST(fsync(file));
	close(file);
	free(block);
	file = open(path_of("file"), O_RDONLY | O_DIRECT);
	if (file < 0 && errno == EINVAL)
		file = open(path_of("file"), O_RDONLY);
	MUST(file);
	buffers = mmap(NULL, BLOCKS * BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(buffers != MAP_FAILED, "mmap: %s", strerror(errno));
	for (unsigned long i = 0; i < THREADS; i++)
		REQUIRE(pthread_create(&readers[i], NULL, keep_reading, (void *)i) == 0, "pthread_create");
	for (unsigned long i = 0; i < THREADS; i++)
		while (__atomic_load_n(&passes[i], __ATOMIC_ACQUIRE) == 0)
			usleep(1000);
}

static void verify(void)
{
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < THREADS; i++)
		pthread_join(readers[i], NULL);
	for (unsigned long buffer = 0; buffer < BLOCKS; buffer++)
		for (unsigned long byte = 0; byte < BLOCK; byte += 8) {
			uint64_t word = *(uint64_t *)(buffers + buffer * BLOCK + byte);

			REQUIRE(word == word_of(holds[buffer], byte / PAGE), "byte %lu of buffer %lu is not of block %lu", byte,
				buffer, holds[buffer]);
		}
}
