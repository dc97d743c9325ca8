/** What the user asked for: immutable, and checked before anything is touched. */
package io.godwit.source.options;
