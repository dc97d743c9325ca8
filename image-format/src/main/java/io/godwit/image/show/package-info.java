/** Shows images to people and to programs: every entry of every kind, and what the images of a tree say together. */
package io.godwit.image.show;
