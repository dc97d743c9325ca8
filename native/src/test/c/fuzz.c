/*
 * Feeds the interpreter with random programs, some with a broken header: asan-fuzz SEED PROGRAMS. The arena is an
 * allocation of exactly the program's size, so that the sanitizer sees every step outside it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "machine.c"

enum { MAX_INSTRUCTIONS = 24, MAX_REGISTERS = 12, MAX_DATA_BYTES = 96, MAX_BUDGET = 400 };

static uint64_t state;

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t limit)
{
	return any() % limit;
}

static uint64_t argument(uint64_t size)
{
	switch (below(4)) {
	case 0:
		return below(MAX_REGISTERS + 2);
	case 1:
		return arena_begin + below(size + 8);
	case 2:
		return below(64);
	default:
		return any();
	}
}

static void fill(struct machine_instruction *in, uint32_t instructions, uint32_t registers, uint64_t size)
{
	int careless = below(16) == 0;

	in->opcode = (uint8_t)below(careless ? 16 : 14);
	in->expectation = (uint8_t)below(careless ? 5 : 2);
	in->register_mask = (uint8_t)(any() & any());
	in->destination = (uint32_t)below(registers + (careless ? 2 : 0) + (registers == 0));
	in->number = (uint32_t)below(instructions + (careless ? 2 : 0));
	in->expected = below(134);
	for (int i = 0; i < MACHINE_ARGUMENTS; i++)
		in->arguments[i] = !careless && in->register_mask >> i & 1 && registers ? below(registers) : argument(size);
}

static void break_header(struct machine_header *header)
{
	uint32_t *fields[] = { &header->instruction_count, &header->register_count, &header->instructions_offset,
			       &header->registers_offset,  &header->magic,          &header->version };

	*fields[below(6)] = (uint32_t)(below(2) ? any() : below(512));
}

static struct machine_header *program(void)
{
	uint32_t instructions = 1 + (uint32_t)below(MAX_INSTRUCTIONS);
	uint32_t registers = (uint32_t)below(MAX_REGISTERS + 1);
	uint32_t registers_offset =
		(uint32_t)(sizeof(struct machine_header) + instructions * sizeof(struct machine_instruction));
	uint64_t size = registers_offset + registers * 8 + below(MAX_DATA_BYTES);
	struct machine_header *header = calloc(1, size);
	struct machine_instruction *table = (void *)(header + 1);

	arena_begin = (uintptr_t)header;
	arena_end = arena_begin + size;
	header->magic = MACHINE_MAGIC;
	header->version = MACHINE_VERSION;
	header->size = size;
	header->budget = below(MAX_BUDGET);
	header->instruction_count = instructions;
	header->register_count = registers;
	header->instructions_offset = sizeof(*header);
	header->registers_offset = registers_offset;
	for (uint32_t i = 0; i < instructions; i++)
		fill(&table[i], instructions, registers, size);
	if (below(8))
		table[instructions - 1].opcode = OP_STOP;
	if (below(8) == 0)
		break_header(header);
	return header;
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t programs = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
	uint64_t ended[STATUS_BAD_HEADER + 1] = { 0 };

	for (uint64_t i = 0; i < programs; i++) {
		struct machine_header *header;

		state = (seed + i) * 0x9e3779b97f4a7c15u | 1;
		header = program();
		machine_run(header);
		if (header->status == STATUS_PENDING || header->status > STATUS_BAD_HEADER ||
		    header->executed > MAX_BUDGET) {
			printf("seed %llu: status %u\n", (unsigned long long)(seed + i), header->status);
			return 1;
		}
		ended[header->status]++;
		free(header);
	}
	for (int i = STATUS_DONE; i <= STATUS_BAD_HEADER; i++)
		printf("status %d: %llu\n", i, (unsigned long long)ended[i]);
	return 0;
}
