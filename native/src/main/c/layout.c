/* Prints what machine.h means to the compiler, for the test that compares it with MachineLayout.java and the enums. */
#include <stdio.h>

#include "machine.h"

#define HEADER(field) printf("HEADER_%s %zu\n", #field, offsetof(struct machine_header, field))
#define INSTRUCTION(field) printf("INSTRUCTION_%s %zu\n", #field, offsetof(struct machine_instruction, field))
#define PRINT_OP(name, value) printf("OpCode %s %d\n", #name, value);
#define PRINT_EXPECT(name, value) printf("Expectation %s %d\n", #name, value);
#define PRINT_STATUS(name, value) printf("MachineStatus %s %d\n", #name, value);

int main(void)
{
	printf("MAGIC %u\nVERSION %u\n", MACHINE_MAGIC, MACHINE_VERSION);
	printf("HEADER_BYTES %zu\nINSTRUCTION_BYTES %zu\n", sizeof(struct machine_header),
	       sizeof(struct machine_instruction));
	HEADER(magic);
	HEADER(version);
	HEADER(arena_address);
	HEADER(size);
	HEADER(budget);
	HEADER(instruction_count);
	HEADER(register_count);
	HEADER(instructions_offset);
	HEADER(registers_offset);
	HEADER(status);
	HEADER(pc);
	HEADER(failed_result);
	HEADER(executed);
	INSTRUCTION(opcode);
	INSTRUCTION(expectation);
	INSTRUCTION(register_mask);
	INSTRUCTION(destination);
	INSTRUCTION(number);
	INSTRUCTION(expected);
	INSTRUCTION(arguments);
	MACHINE_OPCODES(PRINT_OP)
	MACHINE_EXPECTATIONS(PRINT_EXPECT)
	MACHINE_STATUSES(PRINT_STATUS)
	return 0;
}
