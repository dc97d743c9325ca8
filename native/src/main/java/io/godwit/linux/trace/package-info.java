/** Threads under ptrace(2). */
package io.godwit.linux.trace;
