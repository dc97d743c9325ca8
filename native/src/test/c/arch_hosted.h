/*
 * The processor of the fuzzer: syscalls are make-believe, and memory outside the arena is not there. So whatever a
 * program does, a finding of the address sanitizer is a fault of the interpreter.
 */
#ifndef GODWIT_ARCH_HOSTED_H
#define GODWIT_ARCH_HOSTED_H

#include <stdint.h>
#include <string.h>

static uint64_t arena_begin, arena_end;

static int in_arena(uint64_t address, uint64_t bytes)
{
	return address >= arena_begin && address <= arena_end && bytes <= arena_end - address;
}

static long arch_syscall(uint32_t number, const uint64_t *a)
{
	uint64_t mixed = number;

	for (int i = 0; i < 6; i++)
		mixed = mixed * 6364136223846793005u + a[i];
	return mixed % 3 ? (long)(mixed >> 40) : -(long)(mixed % 134);
}

static uint64_t arch_load32(uint64_t address)
{
	uint32_t value = 0;

	if (in_arena(address, sizeof(value)))
		memcpy(&value, (void *)(uintptr_t)address, sizeof(value));
	return value;
}

static uint64_t arch_load64(uint64_t address)
{
	uint64_t value = 0;

	if (in_arena(address, sizeof(value)))
		memcpy(&value, (void *)(uintptr_t)address, sizeof(value));
	return value;
}

static void arch_store32(uint64_t address, uint64_t value)
{
	if (in_arena(address, 4))
		memcpy((void *)(uintptr_t)address, &value, 4);
}

static void arch_store64(uint64_t address, uint64_t value)
{
	if (in_arena(address, 8))
		memcpy((void *)(uintptr_t)address, &value, 8);
}

static void arch_copy(uint64_t to, uint64_t from, uint64_t bytes)
{
	if (in_arena(to, bytes) && in_arena(from, bytes))
		memmove((void *)(uintptr_t)to, (void *)(uintptr_t)from, bytes);
}

static void arch_cpuid(uint64_t leaf, uint64_t subleaf, uint64_t address)
{
	arch_store64(address, leaf ^ subleaf);
	arch_store64(address + 8, leaf + subleaf);
}

#endif
