/** Writes the memory of a tree into a snapshot, and makes whole dumps through image files. */
package io.godwit.source.dump;
