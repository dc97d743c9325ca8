/**
 * Carries a restore plan out: opens the files, grows the tree from the seed, runs the plan's programs in each task, and holds the
 * tree frozen until it is let go. All of it happens on the one thread that traces the tree.
 */
package io.godwit.target.restore;
