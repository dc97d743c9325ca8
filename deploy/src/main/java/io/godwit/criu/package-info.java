/** CRIU's command line: what knows {@code criu} can be pointed at Godwit. */
package io.godwit.criu;
