/** Learns which pages of a running tree were written since they were last read. */
package io.godwit.source.track;
