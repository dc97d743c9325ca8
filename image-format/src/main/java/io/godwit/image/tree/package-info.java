/**
 * The images of a process tree in the form that the newest version writes, whichever version wrote them: what older ones had in
 * images of their own is put where it is now.
 */
package io.godwit.image.tree;
