/*
 * Offset 0 of the blob. The tracer sets rdi = arena, rsp = top of a stack and rbx = where to go in the end, such as the int3 at
 * offset 16. A jump leads back to that, so that a stray resume cannot run into whatever follows.
 */
	.section .text.entry, "ax", @progbits
	.globl machine_entry
machine_entry:
	cld
	xor %ebp, %ebp
	and $-16, %rsp
	call machine_run
	jmp *%rbx
	.balign 16, 0x90
1:	int3
	jmp 1b
	.section .note.GNU-stack, "", @progbits
