/** Control groups of both versions (cgroups(7)): in which ones a task is, and where they are mounted. */
package io.godwit.linux.cgroup;
