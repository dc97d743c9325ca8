/** The commands of the target: {@code godwit restore} and {@code godwit target-agent}. */
package io.godwit.target.cli;
