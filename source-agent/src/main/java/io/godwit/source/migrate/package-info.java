/** A migration, as the source sees it: pre-flight, rounds, the frozen path, commit. */
package io.godwit.source.migrate;
