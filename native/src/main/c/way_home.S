/*
 * What a thread of a stranger goes through after what it was made to do: it tells its tracer by a signal, and stops by that. If
 * there is no tracer any more nobody stops it: it takes its signal mask and its registers back, and goes on where it was.
 *
 * A signal may come as soon as the mask is back. By then it has the thread's own stack, and as many of its registers as a system call leaves
 * alone; nothing after it touches the flags. If the signal can not be sent (a seccomp filter) the tracer has to be told otherwise.
 * The offsets are known to WayHome.java.
 */
	.set SYS_rt_sigprocmask, 14
	.set SYS_gettid, 186
	.set SYS_tkill, 200
	.set SIG_SETMASK, 2

	.text
	syscall				/* a call of its own, */
	mov	%rax, %rbx		/* and its result */
	.org 8, 0x90
	mov	$SYS_gettid, %eax	/* here from a program */
	syscall
	mov	%eax, %edi
	mov	signal(%rip), %esi
	.org 32 - 7, 0x90
	mov	$SYS_tkill, %eax
	syscall
	.org 32, 0x90
	test	%eax, %eax		/* the stop, */
	jz	1f
	int3
1:	lea	flags(%rip), %rsp	/* and from here on home */
	popfq
	mov	stack(%rip), %rsp
	mov	registers + 0(%rip), %r15
	mov	registers + 8(%rip), %r14
	mov	registers + 16(%rip), %r13
	mov	registers + 24(%rip), %r12
	mov	registers + 32(%rip), %rbp
	mov	registers + 40(%rip), %rbx
	mov	registers + 64(%rip), %r9
	mov	registers + 72(%rip), %r8
	mov	$SYS_rt_sigprocmask, %eax
	mov	$SIG_SETMASK, %edi
	lea	mask(%rip), %rsi
	mov	$0, %edx
	mov	$8, %r10d
	syscall
	mov	registers + 48(%rip), %r11
	mov	registers + 56(%rip), %r10
	mov	registers + 80(%rip), %rax
	mov	registers + 88(%rip), %rcx
	mov	registers + 96(%rip), %rdx
	mov	registers + 104(%rip), %rsi
	mov	registers + 112(%rip), %rdi
	jmp	*instruction(%rip)

	.org 208
signal:		.quad 0
mask:		.quad 0
flags:		.quad 0
stack:		.quad 0
instruction:	.quad 0
registers:	.fill 15, 8, 0		/* as in struct user_regs_struct */
	.section .note.GNU-stack, "", @progbits
