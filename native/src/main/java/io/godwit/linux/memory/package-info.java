/** The memory of other processes: reading, writing, and learning which pages were written. */
package io.godwit.linux.memory;
