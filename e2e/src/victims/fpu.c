/* fpu: x87, mxcsr, xmm, ymm and, where the processor has them, zmm and mask registers, while a loop spins. */
#include "victim.h"
#include <pthread.h>

static volatile int moved;

struct registers {
	uint32_t mxcsr;
	uint16_t control;
	uint8_t ymm[16][32] __attribute__((aligned(64)));
	uint8_t zmm[32][64] __attribute__((aligned(64)));
	uint64_t k[8];
};

static struct registers in, out;

#define EACH8(m) m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(7)
#define EACH16(m) EACH8(m) m(8) m(9) m(10) m(11) m(12) m(13) m(14) m(15)
#define EACH32(m) EACH16(m) m(16) m(17) m(18) m(19) m(20) m(21) m(22) m(23) m(24) m(25) m(26) m(27) m(28) m(29) m(30) m(31)
#define SPIN "1: pause\n cmpl $0, %[moved]\n je 1b\n"
#define LOAD_YMM(n) "vmovdqu " #n "*32(%[in]), %%ymm" #n "\n"
#define SAVE_YMM(n) "vmovdqu %%ymm" #n ", " #n "*32(%[out])\n"
#define LOAD_ZMM(n) "vmovdqu64 " #n "*64(%[in]), %%zmm" #n "\n"
#define SAVE_ZMM(n) "vmovdqu64 %%zmm" #n ", " #n "*64(%[out])\n"
#define EACH_K(m) m(1) m(2) m(3) m(4) m(5) m(6) m(7)
#define LOAD_K(n) "kmovq " #n "*8(%[kin]), %%k" #n "\n"
#define SAVE_K(n) "kmovq %%k" #n ", " #n "*8(%[kout])\n"
#define XMMS                                                                                                           \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",     \
		"xmm13", "xmm14", "xmm15"

static void spin_ymm(void)
{
	asm volatile(EACH16(LOAD_YMM) SPIN EACH16(SAVE_YMM)
		     :
		     : [in] "r"(in.ymm), [out] "r"(out.ymm), [moved] "m"(moved)
		     : "memory", "cc", XMMS);
}

__attribute__((target("avx512f,avx512bw"))) static void spin_zmm(void)
{
	asm volatile(EACH32(LOAD_ZMM) EACH_K(LOAD_K) SPIN EACH32(SAVE_ZMM) EACH_K(SAVE_K)
		     :
		     : [in] "r"(in.zmm), [out] "r"(out.zmm), [kin] "r"(in.k), [kout] "r"(out.k), [moved] "m"(moved)
		     : "memory", "cc", XMMS, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",
		       "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4",
		       "k5", "k6", "k7");
}

static void *with_zmm(void *unused)
{
	spin_zmm();
	return unused;
}

static int has_zmm(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

static void *with_ymm_and_x87(void *unused)
{
	static const long double value = 2.71828182845904523536028747135266249L;
	uint32_t mxcsr = 0x1f80 | 0x6000 | 0x20; /* round to zero, a flag set */
	uint16_t control = 0x0c7f;		 /* round to zero, extended precision off */
	long double back;

	asm volatile("ldmxcsr %[mxcsr]\n fldcw %[control]\n fldt %[value]\n"
		     :
		     : [mxcsr] "m"(mxcsr), [control] "m"(control), [value] "m"(value));
	spin_ymm();
	asm volatile("fstpt %[back]\n stmxcsr %[mxcsr]\n fnstcw %[control]\n"
		     : [back] "=m"(back), [mxcsr] "=m"(out.mxcsr), [control] "=m"(out.control));
	REQUIRE(memcmp(&back, &value, 10) == 0, "the x87 stack changed");
	REQUIRE(out.mxcsr == mxcsr, "mxcsr was %#x and is %#x", mxcsr, out.mxcsr);
	REQUIRE(out.control == control, "the x87 control word was %#x and is %#x", control, out.control);
	return unused;
}

static pthread_t ymm_thread, zmm_thread;

static void prepare(void)
{
	uint8_t *bytes = (uint8_t *)&in;

	for (size_t i = 0; i < sizeof(in); i++)
		bytes[i] = i * 37 + (i >> 8) + 1;
	REQUIRE(pthread_create(&ymm_thread, NULL, with_ymm_and_x87, NULL) == 0, "pthread_create");
	if (has_zmm())
		REQUIRE(pthread_create(&zmm_thread, NULL, with_zmm, NULL) == 0, "pthread_create");
}

static void verify(void)
{
	moved = 1;
	pthread_join(ymm_thread, NULL);
	REQUIRE(memcmp(in.ymm, out.ymm, sizeof(in.ymm)) == 0, "a ymm register changed");
	if (has_zmm()) {
		pthread_join(zmm_thread, NULL);
		REQUIRE(memcmp(in.zmm, out.zmm, sizeof(in.zmm)) == 0, "a zmm register changed");
		REQUIRE(memcmp(in.k + 1, out.k + 1, sizeof(in.k) - 8) == 0, "a mask register changed");
	}
}
