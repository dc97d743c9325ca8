/*
 * The syscall machine. It runs inside another process, where it may rely on nothing: no libc, no globals, no
 * stack but the one that it was given. It knows no policy; what to call, in which order and what to expect was
 * decided by the program's author. Every field of an instruction is read once and checked before it is used, since a
 * program may write over itself.
 */
#include "machine.h"

#ifdef GODWIT_HOSTED
#include "arch_hosted.h"
#else
#include "arch_x86_64.h"
#endif

struct machine {
	const struct machine_instruction *instructions;
	uint64_t *registers;
	uint32_t instruction_count;
	uint32_t register_count;
	uint32_t pc;
	int64_t failed_result;
};

/* One instruction with the values of its arguments. */
struct step {
	uint32_t opcode;
	uint32_t expectation;
	uint32_t destination;
	uint32_t number;
	uint64_t expected;
	uint64_t arguments[MACHINE_ARGUMENTS];
};

/* STATUS_PENDING from a step means: go on. */

static int table_fits(uint64_t size, uint32_t offset, uint32_t count, uint32_t element)
{
	return offset >= sizeof(struct machine_header) && offset % 8 == 0 && offset <= size &&
	       count <= (size - offset) / element;
}

static enum machine_status open_program(struct machine *m, struct machine_header *header)
{
	uint64_t size = header->size;
	uint32_t instructions = header->instructions_offset;
	uint32_t registers = header->registers_offset;

	m->instruction_count = header->instruction_count;
	m->register_count = header->register_count;
	m->pc = 0;
	m->failed_result = 0;
	if (header->magic != MACHINE_MAGIC || header->version != MACHINE_VERSION)
		return STATUS_BAD_HEADER;
	if (!table_fits(size, instructions, m->instruction_count, sizeof(struct machine_instruction)) ||
	    !table_fits(size, registers, m->register_count, sizeof(uint64_t)))
		return STATUS_BAD_HEADER;
	m->instructions = (const void *)((char *)header + instructions);
	m->registers = (void *)((char *)header + registers);
	return STATUS_PENDING;
}

static int writes_register(uint32_t opcode)
{
	return opcode == OP_SYSCALL || opcode == OP_SET || opcode == OP_ADD || opcode == OP_LOAD32 ||
	       opcode == OP_LOAD64;
}

static enum machine_status fetch(const struct machine *m, struct step *step)
{
	const volatile struct machine_instruction *in = &m->instructions[m->pc];
	uint32_t mask = in->register_mask;

	step->opcode = in->opcode;
	step->expectation = in->expectation;
	step->destination = writes_register(step->opcode) ? in->destination : 0;
	step->number = in->number;
	step->expected = in->expected;
	if (writes_register(step->opcode) && step->destination >= m->register_count)
		return STATUS_BAD_INSTRUCTION;
	for (int i = 0; i < MACHINE_ARGUMENTS; i++) {
		uint64_t argument = in->arguments[i];
		if (mask >> i & 1) {
			if (argument >= m->register_count)
				return STATUS_BAD_INSTRUCTION;
			argument = m->registers[argument];
		}
		step->arguments[i] = argument;
	}
	return STATUS_PENDING;
}

static int is_errno(int64_t result)
{
	return result < 0 && result >= -MACHINE_MAX_ERRNO;
}

static int expected(const struct step *step, int64_t result)
{
	switch (step->expectation) {
	case EXPECT_ANY:
		return 1;
	case EXPECT_SUCCESS:
		return !is_errno(result);
	case EXPECT_EQUALS:
		return (uint64_t)result == step->expected;
	case EXPECT_SUCCESS_OR_ERRNO:
		return !is_errno(result) || (uint64_t)-result == step->expected;
	default:
		return 0;
	}
}

static enum machine_status run_syscall(struct machine *m, const struct step *step)
{
	int64_t result = arch_syscall(step->number, step->arguments);

	m->registers[step->destination] = (uint64_t)result;
	if (expected(step, result))
		return STATUS_PENDING;
	m->failed_result = result;
	return STATUS_UNEXPECTED_RESULT;
}

static int jumps(const struct step *step)
{
	const uint64_t *a = step->arguments;

	switch (step->opcode) {
	case OP_JUMP:
		return 1;
	case OP_JEQ:
		return a[0] == a[1];
	case OP_JNE:
		return a[0] != a[1];
	case OP_JLT:
		return (int64_t)a[0] < (int64_t)a[1];
	default:
		return 0;
	}
}

/* Everything but STOP and the jumps; the counter has not moved on yet. */
static enum machine_status execute(struct machine *m, const struct step *step)
{
	const uint64_t *a = step->arguments;
	uint64_t *destination = &m->registers[step->destination];

	switch (step->opcode) {
	case OP_SYSCALL:
		return run_syscall(m, step);
	case OP_SET:
		*destination = a[0];
		break;
	case OP_ADD:
		*destination = a[0] + a[1];
		break;
	case OP_LOAD32:
		*destination = arch_load32(a[0]);
		break;
	case OP_LOAD64:
		*destination = arch_load64(a[0]);
		break;
	case OP_STORE32:
		arch_store32(a[0], a[1]);
		break;
	case OP_STORE64:
		arch_store64(a[0], a[1]);
		break;
	case OP_COPY:
		arch_copy(a[0], a[1], a[2]);
		break;
	case OP_CPUID:
		arch_cpuid(a[0], a[1], a[2]);
		break;
	default:
		return STATUS_BAD_INSTRUCTION;
	}
	return STATUS_PENDING;
}

static enum machine_status run_step(struct machine *m)
{
	struct step step;
	enum machine_status status;

	if (m->pc >= m->instruction_count)
		return STATUS_BAD_INSTRUCTION;
	status = fetch(m, &step);
	if (status != STATUS_PENDING)
		return status;
	switch (step.opcode) {
	case OP_STOP:
		return STATUS_DONE;
	case OP_JUMP:
	case OP_JEQ:
	case OP_JNE:
	case OP_JLT:
		m->pc = jumps(&step) ? step.number : m->pc + 1;
		return STATUS_PENDING;
	default:
		status = execute(m, &step);
		if (status == STATUS_PENDING)
			m->pc++;
		return status;
	}
}

void machine_run(struct machine_header *header)
{
	struct machine m;
	uint64_t budget = header->budget;
	uint64_t executed = 0;
	enum machine_status status = open_program(&m, header);

	while (status == STATUS_PENDING) {
		if (executed == budget) {
			status = STATUS_BUDGET_EXHAUSTED;
			break;
		}
		header->pc = m.pc; /* tells the tracer where a crash happened */
		status = run_step(&m);
		executed++;
	}
	header->pc = m.pc;
	header->failed_result = m.failed_result;
	header->executed = executed;
	header->status = status;
}
