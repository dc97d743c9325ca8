/** {@code godwit page-server}. */
package io.godwit.cli.page;
