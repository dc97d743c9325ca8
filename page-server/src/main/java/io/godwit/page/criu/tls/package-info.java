/** TLS as CRIU uses it: certificates on both sides. */
package io.godwit.page.criu.tls;
