/** One system call in another process, which goes on afterwards as if nothing had been. */
package io.godwit.source.exec;
