/** A process that waits to do a migration, and how {@code godwit migrate} asks it. */
package io.godwit.source.agent;
