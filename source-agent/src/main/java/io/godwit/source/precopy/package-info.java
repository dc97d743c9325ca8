/**
 * Pre-copy: memory is sent in rounds while the tree runs, each round what was written since the one before.
 * When to stop is a pure function of the rounds so far ({@link io.godwit.source.precopy.PreCopyPolicy}).
 */
package io.godwit.source.precopy;
