/** The target's side of the wire: stores the rounds of many migrations, each in its own directory. */
package io.godwit.page.server;
