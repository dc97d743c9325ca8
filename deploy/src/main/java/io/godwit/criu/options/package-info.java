/**
 * The options of CRIU 4.2: one table, a parser by the rules of getopt_long(3), config files, and the value that they make.
 *
 * <p>Layers of settings, of which the later wins: /etc/criu/default.conf, $HOME/.criu/default.conf, the file of
 * $CRIU_CONFIG_FILE, that of --config, the command line (or a request over RPC, and then its config_file).
 */
package io.godwit.criu.options;
