/**
 * Godwit's wire. A connection carries one migration; the source asks, the target answers. Chunks of pages may take other connections too.
 *
 * <pre>
 *   source                               target
 *   HELLO(version, migration)  ------->
 *                              <-------  HELLO(token)     or FAILURE
 *   PREFLIGHT(request)         ------->
 *                              <-------  PREFLIGHT(reply)
 *   ROUND(n)                   ------->                    once for each round, the last one frozen
 *     PAGEMAP(kind, id)        ------->
 *     PAGES | ZERO | PARENT    ------->                    any number, addresses ascending
 *     STORED                   ------->                    now and then, where the rounds are limited
 *                              <-------  STORED            all that came so far
 *     PAGEMAP_END              ------->
 *     IMAGE(name, content)     ------->                    the last round
 *   ROUND_END                  ------->
 *                              <-------  ROUND_END         stored
 *   RESTORE                    ------->
 *                              <-------  RESTORE(reply)    the tree is there and stands still
 *   COMMIT                     ------->                    the point of no return
 *                              <-------  COMMIT(reply)     the tree runs
 *
 *   by another connection:
 *   JOIN(migration, token)     ------->
 *                              <-------  JOIN             or FAILURE
 *   PAGEMAP(n)                 ------->                    the n-th of the migration; taken in once the first connection has begun it
 *     PAGES                    ------->                    any number
 * </pre>
 *
 * <p>PAGEMAP_END, as STORED, says how many PAGES each of the other connections has carried since the migration began: the target waits for them. So
 * pages of one pagemap come in any order, those of different ones never do. Pages that are stored as images, and those of shared memory,
 * come by the first connection alone.
 *
 * <p>At any time either side may send FAILURE with words for the user, or close; before COMMIT that undoes
 * all, and after it only if the target says so in its FAILURE. A frame is a fixed header of {@value io.godwit.page.protocol.Frame#HEADER_BYTES} bytes and a payload; page contents are raw bytes or an LZ4 block, with a
 * checksum of what is on the wire, control messages are protobuf. Both sides must speak the same version: the number goes up with
 * every change that the other side could not read.
 */
package io.godwit.page.protocol;
