/** What tells two files on two hosts apart without sending them. */
package io.godwit.linux.file;
