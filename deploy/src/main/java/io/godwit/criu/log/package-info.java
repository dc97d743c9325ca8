/**
 * The log in CRIU's form, for what reads its logs. From level 3 on a line begins with the time since the start, as in
 * {@code (00.012345) }; errors are {@code Error (FILE:LINE): TEXT}, warnings {@code Warn  (FILE:LINE): TEXT}.
 */
package io.godwit.criu.log;
