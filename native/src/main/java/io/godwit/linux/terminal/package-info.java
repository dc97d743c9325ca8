/** Pseudo terminals (pty(7), ioctl_tty(2)): their ends, their settings, and what waits in them. */
package io.godwit.linux.terminal;
