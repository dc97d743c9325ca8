/** Fills the memory of tasks that run already, as they touch it and meanwhile: {@code godwit lazy-pages}. */
package io.godwit.target.lazy;
