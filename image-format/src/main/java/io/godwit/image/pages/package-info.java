/** The contents of memory in images: pagemaps, pages files, and chains of parent snapshots. */
package io.godwit.image.pages;
