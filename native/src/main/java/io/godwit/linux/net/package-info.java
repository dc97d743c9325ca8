/** Sockets: options, addresses, and what sock_diag(7) tells of them. */
package io.godwit.linux.net;
