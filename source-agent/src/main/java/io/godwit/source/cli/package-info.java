/** The source's commands: what the user writes becomes an options record, an engine acts on it. */
package io.godwit.source.cli;
