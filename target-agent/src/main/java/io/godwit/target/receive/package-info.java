/**
 * The daemon of a target host: what it answers to a source's questions, and what it does with a tree that was sent. The page server
 * speaks with the source; a {@link io.godwit.target.receive.RestoreSession} acts for one migration.
 */
package io.godwit.target.receive;
