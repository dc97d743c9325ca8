/**
 * CRIU's page-server protocol: one record for each message. Little-endian; a connection has no greeting.
 *
 * <pre>
 *   client                                  server
 *   PARENT(object)               ------->
 *                                <-------   i32: 1 if the object is in the parent snapshot
 *   OPEN2(object)                ------->
 *                                <-------   u8: the same
 *     ADD_F(run, flags) + pages  ------->   any number, addresses ascending; contents only with the flag PRESENT
 *   CLOSE                        ------->
 *                                <-------   i32: 0, stored
 *   end of stream                ------->
 * </pre>
 *
 * <p>A server of finished dumps is asked instead:
 *
 * <pre>
 *   GET(pid, run)                ------->
 *                                <-------   ADD_F(pid, run) + pages
 * </pre>
 *
 * <p>Headers have 32 bytes since CRIU 4.2 and 24 before; {@link io.godwit.page.criu.wire.HeaderForm} tells them apart.
 */
package io.godwit.page.criu.wire;
