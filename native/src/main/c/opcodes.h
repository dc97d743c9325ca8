/* The one list of operations. OpCode.java mirrors it; a test compares both. */
#ifndef GODWIT_OPCODES_H
#define GODWIT_OPCODES_H

#define MACHINE_OPCODES(X) \
	X(STOP, 0)         \
	X(SYSCALL, 1)      \
	X(SET, 2)          \
	X(ADD, 3)          \
	X(LOAD32, 4)       \
	X(LOAD64, 5)       \
	X(STORE32, 6)      \
	X(STORE64, 7)      \
	X(JUMP, 8)         \
	X(JEQ, 9)          \
	X(JNE, 10)         \
	X(JLT, 11)         \
	X(COPY, 12)        \
	X(CPUID, 13)

#define MACHINE_EXPECTATIONS(X) \
	X(ANY, 0)               \
	X(SUCCESS, 1)           \
	X(EQUALS, 2)            \
	X(SUCCESS_OR_ERRNO, 3)

#define MACHINE_STATUSES(X)     \
	X(PENDING, 0)           \
	X(DONE, 1)              \
	X(UNEXPECTED_RESULT, 2) \
	X(BUDGET_EXHAUSTED, 3)  \
	X(BAD_INSTRUCTION, 4)   \
	X(BAD_HEADER, 5)

#endif
