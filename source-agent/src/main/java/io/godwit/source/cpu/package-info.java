/** What a processor can do, written to an image and compared with one. */
package io.godwit.source.cpu;
