/** {@code godwit source-agent}. */
package io.godwit.cli.agent;
