/**
 * Godwit's wire. A connection carries one migration; the source asks, the target answers.
 *
 * <pre>
 *   source                               target
 *   HELLO(version, migration)  ------->
 *                              <-------  HELLO            or FAILURE
 *   PREFLIGHT(request)         ------->
 *                              <-------  PREFLIGHT(reply)
 *   ROUND(n)                   ------->                    once for each round, the last one frozen
 *     PAGEMAP(kind, id)        ------->
 *     PAGES | ZERO | PARENT    ------->                    any number, addresses ascending
 *     PAGEMAP_END              ------->
 *     IMAGE(name, content)     ------->                    the last round
 *   ROUND_END                  ------->
 *                              <-------  ROUND_END         stored
 *   RESTORE                    ------->
 *                              <-------  RESTORE(reply)    the tree is there and stands still
 *   COMMIT                     ------->                    the point of no return
 *                              <-------  COMMIT(reply)     the tree runs
 * </pre>
 *
 * <p>At any time either side may send FAILURE with words for the user, or close; before COMMIT that undoes
 * all. A frame is a fixed header of {@value io.godwit.page.protocol.Frame#HEADER_BYTES} bytes and a payload; page contents are raw bytes or an LZ4 block, with a
 * checksum of what is on the wire, control messages are protobuf. Both sides must speak the same version: the number goes up with
 * every change that the other side could not read.
 */
package io.godwit.page.protocol;
