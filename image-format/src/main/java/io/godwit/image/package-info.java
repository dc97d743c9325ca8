/** CRIU's image files: which kinds there are, how they are framed, and how to read and write them. */
package io.godwit.image;
