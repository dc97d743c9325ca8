/** The source's half of a migration. */
package io.godwit.source;
