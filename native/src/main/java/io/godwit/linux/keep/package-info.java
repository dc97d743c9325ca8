/** Keeps descriptors open while no command runs. */
package io.godwit.linux.keep;
