/** The commands that read images: what is in them, whether they fit together, and freeing what newer ones replace. */
package io.godwit.cli.image;
