/** The source's side of the wire: blocking calls for the one thread that runs a migration. */
package io.godwit.page.client;
