	.section .text, "ax", @progbits
	.globl _start
_start:
	xor %ebp, %ebp
	mov %rsp, %rdi
	and $-16, %rsp
	call program_main
	ud2
	.section .note.GNU-stack, "", @progbits
