/* What the interpreter and the small programs need of the processor and may not say in C. */
#ifndef GODWIT_ARCH_H
#define GODWIT_ARCH_H

#include <stdint.h>

typedef uint32_t __attribute__((may_alias, aligned(1))) arch_u32;
typedef uint64_t __attribute__((may_alias, aligned(1))) arch_u64;

static inline long arch_syscall(uint32_t number, const uint64_t *a)
{
	register uint64_t r10 __asm__("r10") = a[3];
	register uint64_t r8 __asm__("r8") = a[4];
	register uint64_t r9 __asm__("r9") = a[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"((uint64_t)number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline uint64_t arch_load32(uint64_t address)
{
	return *(volatile arch_u32 *)(uintptr_t)address;
}

static inline uint64_t arch_load64(uint64_t address)
{
	return *(volatile arch_u64 *)(uintptr_t)address;
}

static inline void arch_store32(uint64_t address, uint64_t value)
{
	*(volatile arch_u32 *)(uintptr_t)address = (uint32_t)value;
}

static inline void arch_store64(uint64_t address, uint64_t value)
{
	*(volatile arch_u64 *)(uintptr_t)address = value;
}

static inline void arch_copy(uint64_t to, uint64_t from, uint64_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static inline void arch_cpuid(uint64_t leaf, uint64_t subleaf, uint64_t address)
{
	uint32_t a = (uint32_t)leaf, b = 0, c = (uint32_t)subleaf, d = 0;

	__asm__ volatile("cpuid" : "+a"(a), "+b"(b), "+c"(c), "+d"(d));
	arch_store32(address, a);
	arch_store32(address + 4, b);
	arch_store32(address + 8, c);
	arch_store32(address + 12, d);
}

/* A thread with this stack, that calls a function which does not return; or a negative error number. */
static inline long arch_thread(uint64_t flags, void *stack_top, void (*body)(void *), void *argument)
{
	register uint64_t r10 __asm__("r10") = 0;
	register uint64_t r8 __asm__("r8") = 0;
	long result = 56; /* clone(2) */

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "mov %[argument], %%rdi\n\t"
			 "call *%[body]\n\t"
			 "ud2\n"
			 "1:"
			 : "+a"(result)
			 : "D"(flags), "S"(stack_top), "d"(0), "r"(r10), "r"(r8), [body] "r"(body), [argument] "r"(argument)
			 : "rcx", "r11", "memory");
	return result;
}

#endif
