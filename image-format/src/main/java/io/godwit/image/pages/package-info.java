/**
 * The contents of memory in images.
 *
 * <p>A pagemap lists runs of pages in ascending order; the contents of the runs that are present follow one another in a pages file.
 * The page is 4096 bytes. A run may instead be a hole, which says that the pages are as in the parent: the snapshot that the
 * {@code parent} link in the directory names. Parents have parents, and {@link io.godwit.image.pages.PageIndex} flattens the chain.
 * Writing goes through {@link io.godwit.image.pages.SnapshotSink}, so that the one who dumps need not know whether the snapshot
 * ends up in a directory here or on another host.
 */
package io.godwit.image.pages;
