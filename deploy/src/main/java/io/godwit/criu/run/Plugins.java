package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.plugin.Plugin;
import io.godwit.source.cli.Messages;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** The plugins of a directory: those that its jars name as services. They are gone when this is closed. */
final class Plugins implements AutoCloseable {
    private static final String NAME = "[A-Za-z0-9.-]{1,64}";

    private final Optional<URLClassLoader> loader;
    private final List<Plugin> plugins;

    private Plugins(Optional<URLClassLoader> loader, List<Plugin> plugins) {
        this.loader = loader;
        this.plugins = List.copyOf(plugins);
    }

    /** A call of one plugin. */
    @FunctionalInterface
    interface Hook {
        void call(Plugin plugin, int pid) throws IOException;
    }

    /**
     * Loads them.
     *
     * @param directory none for no plugins
     * @throws OptionException if it is no directory
     * @throws IOException if a plugin can not be loaded
     */
    static Plugins load(Optional<Path> directory, CriuLog log) throws IOException {
        if (directory.isEmpty()) {
            return new Plugins(Optional.empty(), List.of());
        }
        URLClassLoader loader = new URLClassLoader(jars(directory.get(), log), Plugin.class.getClassLoader());
        try {
            return new Plugins(Optional.of(loader), named(loader, directory.get(), log));
        } catch (IOException e) {
            loader.close();
            throw e;
        }
    }

    private static URL[] jars(Path directory, CriuLog log) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new OptionException("--libdir: '" + directory + "' is not a directory");
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".jar")) {
                    jars.add(file.toUri().toURL());
                } else if (file.toString().endsWith(".so")) {
                    log.warn("--libdir: " + file
                            + " is a plugin of CRIU, which can not be loaded; those of Godwit are jars");
                }
            }
        } catch (IOException e) {
            throw new IOException("--libdir: " + Messages.of(e), e);
        }
        if (jars.isEmpty()) {
            log.warn("--libdir: there is no plugin in " + directory);
        }
        return jars.toArray(URL[]::new);
    }

    private static List<Plugin> named(URLClassLoader loader, Path directory, CriuLog log) throws IOException {
        List<Plugin> plugins = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try {
            for (Plugin plugin : ServiceLoader.load(Plugin.class, loader)) {
                String name = plugin.name();
                if (name == null || !name.matches(NAME)) {
                    throw new IOException("the plugin " + plugin.getClass().getName() + " in " + directory
                            + " calls itself '" + name + "': a name has 1 to 64 letters, digits, dots and dashes");
                }
                if (!names.add(name)) {
                    throw new IOException("there are two plugins " + name + " in " + directory + ": take one away");
                }
                log.info("plugin " + name);
                plugins.add(new GuardedPlugin(name, plugin));
            }
        } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
            throw new IOException("a plugin in " + directory + " can not be loaded: " + e.getMessage(), e);
        }
        return plugins;
    }

    /** Calls each plugin for each process. */
    static void each(List<Plugin> plugins, Collection<Integer> pids, Hook hook) throws IOException {
        for (Plugin plugin : plugins) {
            for (int pid : pids) {
                hook.call(plugin, pid);
            }
        }
    }

    List<Plugin> all() {
        return plugins;
    }

    @Override
    public void close() throws IOException {
        if (loader.isPresent()) {
            loader.get().close();
        }
    }
}
