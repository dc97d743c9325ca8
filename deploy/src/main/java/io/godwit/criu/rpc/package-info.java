/**
 * CRIU's RPC: what libcriu, go-criu and runc speak. A client connects to {@link io.godwit.criu.rpc.ServiceCommand} or starts
 * {@link io.godwit.criu.rpc.SwrkCommand} on a socket of its own. Each packet is one message of rpc.proto.
 *
 * <pre>
 * client                                   worker
 *   CriuReq{type, opts}          -&gt;          Session: looks up the handler of the type
 *                                &lt;-          CriuResp{NOTIFY, script}     at each stage, with notify_scripts
 *   CriuReq{NOTIFY, success}     -&gt;
 *                                &lt;-          CriuResp{type, success, ...}
 * </pre>
 *
 * Every connection has a worker process of its own: what one client does to its worker is not felt by the others, the ptrace
 * thread of one dump is not that of another, and the options of one can not be seen by the next.
 */
package io.godwit.criu.rpc;
