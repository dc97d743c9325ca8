/** Receives pages from clients of CRIU's protocol into image files, or serves them from there. */
package io.godwit.page.criu.server;
