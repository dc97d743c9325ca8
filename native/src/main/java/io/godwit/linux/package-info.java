/** The kernel's door: system calls, descriptors and errors. Nothing above it passes a negative result upward. */
package io.godwit.linux;
