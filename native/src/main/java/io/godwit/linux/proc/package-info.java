/** Parsers of what /proc tells of a process (proc(5)); they take text, so that they are tested without a process. */
package io.godwit.linux.proc;
