/** Sends the pages of a dump to a server of CRIU's protocol. */
package io.godwit.page.criu.client;
