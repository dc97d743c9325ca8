/** Makes the cgroups of images again, and puts tasks into them. */
package io.godwit.target.cgroup;
