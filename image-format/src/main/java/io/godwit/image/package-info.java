/**
 * Image files as CRIU 4.2 writes and reads them.
 *
 * <p>A file is one or two magic numbers and then entries: a 32-bit size, a message of that size, and for some kinds raw bytes whose
 * number the message tells. All numbers are little-endian. {@link io.godwit.image.ImageKind} is the table of the kinds. There is no
 * checksum and no end mark, so a reader can find damage only where lengths or messages do not fit.
 */
package io.godwit.image;
