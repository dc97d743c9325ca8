/*
 * What Java and the interpreter agree on: an arena holds a header, instructions, registers and data.
 * MachineLayout.java mirrors the offsets; a test compares them with what layout.c prints.
 */
#ifndef GODWIT_MACHINE_H
#define GODWIT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "opcodes.h"

#define MACHINE_MAGIC 0x54445747u
#define MACHINE_VERSION 1u
#define MACHINE_ARGUMENTS 6
#define MACHINE_MAX_ERRNO 4095

#define MACHINE_ENUM_OP(name, value) OP_##name = value,
#define MACHINE_ENUM_EXPECT(name, value) EXPECT_##name = value,
#define MACHINE_ENUM_STATUS(name, value) STATUS_##name = value,

enum machine_opcode { MACHINE_OPCODES(MACHINE_ENUM_OP) };
enum machine_expectation { MACHINE_EXPECTATIONS(MACHINE_ENUM_EXPECT) };
enum machine_status { MACHINE_STATUSES(MACHINE_ENUM_STATUS) };

struct machine_header {
	uint32_t magic;
	uint32_t version;
	uint64_t arena_address;
	uint64_t size; /* of the whole program; all offsets below lie in it */
	uint64_t budget; /* how many instructions may run */
	uint32_t instruction_count;
	uint32_t register_count;
	uint32_t instructions_offset;
	uint32_t registers_offset;
	uint32_t status; /* from here on written by the machine */
	uint32_t pc; /* the instruction that ended the program */
	int64_t failed_result;
	uint64_t executed;
	uint64_t reserved;
};

struct machine_instruction {
	uint8_t opcode;
	uint8_t expectation;
	uint8_t register_mask; /* bit i: argument i is the index of a register */
	uint8_t reserved;
	uint32_t destination; /* register for the result */
	uint32_t number; /* of the syscall, or of the instruction to jump to */
	uint32_t reserved2;
	uint64_t expected;
	uint64_t arguments[MACHINE_ARGUMENTS];
};

/* Runs the program in the arena; its status, registers and data tell how it went. */
void machine_run(struct machine_header *header) __attribute__((visibility("hidden")));

#endif
