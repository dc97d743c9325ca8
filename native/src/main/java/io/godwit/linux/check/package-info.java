/**
 * What this kernel and our rights allow, found by trying and never by a version number. The list is
 * {@link io.godwit.linux.check.Features}; each entry has a probe that leaves nothing behind.
 */
package io.godwit.linux.check;
