/**
 * Runs CRIU's commands by Godwit's engines. Between the steps of a command a {@link io.godwit.criu.run.Notifier} is told, and
 * may refuse: action scripts are one, a client of the RPC service is another.
 *
 * <p>Order of a dump: pre-dump, [network-lock], query-ext-files, post-dump, [network-unlock]. Of a restore: pre-restore,
 * [setup-namespaces, post-setup-namespaces], post-restore, [network-unlock], pre-resume, post-resume. What is in brackets
 * belongs to trees with namespaces of their own.
 */
package io.godwit.criu.run;
