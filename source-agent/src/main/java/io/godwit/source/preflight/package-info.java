/** What is known before anything is frozen: whether the pid is one that can be moved, and the findings. */
package io.godwit.source.preflight;
