/** Looks for all that does not fit together in a directory of images. */
package io.godwit.image.verify;
