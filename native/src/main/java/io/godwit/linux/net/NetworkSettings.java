package io.godwit.linux.net;

import io.godwit.linux.Kernel;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The settings below /proc/sys/net of the network namespace of the thread that asks. */
public final class NetworkSettings {
    private static final Path DIRECTORY = Path.of("/proc/sys/net");
    /** They tell what is, or a secret of the namespace. */
    private static final Set<String> NO_SETTINGS =
            Set.of("netfilter/nf_conntrack_count", "ipv6/conf/default/stable_secret", "ipv6/conf/lo/stable_secret");

    private NetworkSettings() {}

    /** The values by the names that follow {@code net/}; those that can not be read are left out. */
    public static Map<String, String> read() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = DIRECTORY.relativize(file).toString();
                if (!NO_SETTINGS.contains(name)) {
                    put(settings, name, file);
                }
            }
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String name, Path file) {
        try {
            settings.put(name, Files.readString(file).strip());
        } catch (IOException writeOnly) {
            settings.remove(name);
        }
    }

    /** Those of a namespace that was made just now. */
    public static Map<String, String> ofANewNamespace() throws IOException {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        return NamespaceThread.in(self, EnumSet.of(NamespaceKind.NET), () -> {
            Kernel.check(
                    Kernel.syscall(Syscall.UNSHARE, NamespaceKind.NET.flag()), "unshare", "the network of a thread");
            return read();
        });
    }
}
