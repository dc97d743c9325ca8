/** The cgroups of a tree as images. */
package io.godwit.source.cgroup;
