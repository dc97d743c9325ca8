/** The one {@code godwit} command, which gathers the sub-commands of every module. */
package io.godwit.cli;
