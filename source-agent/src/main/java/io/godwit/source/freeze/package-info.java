/** Makes a whole process tree stand still, and lets it go again. */
package io.godwit.source.freeze;
