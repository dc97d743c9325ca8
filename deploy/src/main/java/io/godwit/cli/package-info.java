/** The one {@code godwit} command, which gathers the commands of both agents. */
package io.godwit.cli;
