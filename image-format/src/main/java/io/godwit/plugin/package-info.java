/**
 * What plugins implement. A plugin is a jar in the directory of {@code --libdir} that names its class in
 * {@code META-INF/services/io.godwit.plugin.Plugin} (see {@link java.util.ServiceLoader}). docs/plugins.md tells when each method is
 * called.
 */
package io.godwit.plugin;
