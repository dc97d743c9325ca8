package io.godwit.target.namespace;

import io.godwit.image.proto.IpcVarEntry;
import io.godwit.image.proto.UtsnsEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.proc.KernelSettings;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings of the kernel that belong to namespaces, as files below /proc/sys. */
final class NamespaceSettings {
    private NamespaceSettings() {}

    /** Sets those of the namespaces of a process. */
    static void write(int root, NamespaceSnapshot snapshot) throws IOException {
        if (snapshot.names().isPresent()) {
            write(root, NamespaceKind.UTS, names(snapshot.names().get()));
        }
        if (snapshot.ipc().isPresent()) {
            write(root, NamespaceKind.IPC, ipc(snapshot.ipc().get()));
        }
    }

    private static void write(int root, NamespaceKind kind, Map<String, String> settings) throws IOException {
        NamespaceThread.in(root, EnumSet.of(kind), () -> {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                set(setting.getKey(), setting.getValue());
            }
            return null;
        });
    }

    private static Map<String, String> names(UtsnsEntry names) {
        return Map.of("kernel/hostname", names.getNodename(), "kernel/domainname", names.getDomainname());
    }

    private static Map<String, String> ipc(IpcVarEntry ipc) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "kernel/sem",
                ipc.getSemCtlsList().stream().map(Integer::toUnsignedString).collect(Collectors.joining("\t")));
        put(settings, "kernel/msgmax", ipc.getMsgCtlmax());
        put(settings, "kernel/msgmnb", ipc.getMsgCtlmnb());
        put(settings, "kernel/msgmni", ipc.getMsgCtlmni());
        put(settings, "kernel/auto_msgmni", ipc.getAutoMsgmni());
        settings.put("kernel/shmmax", Long.toUnsignedString(ipc.getShmCtlmax()));
        settings.put("kernel/shmall", Long.toUnsignedString(ipc.getShmCtlall()));
        put(settings, "kernel/shmmni", ipc.getShmCtlmni());
        put(settings, "kernel/shm_rmid_forced", ipc.getShmRmidForced());
        put(settings, "fs/mqueue/queues_max", ipc.getMqQueuesMax());
        put(settings, "fs/mqueue/msg_max", ipc.getMqMsgMax());
        put(settings, "fs/mqueue/msgsize_max", ipc.getMqMsgsizeMax());
        if (ipc.hasMqMsgDefault()) {
            put(settings, "fs/mqueue/msg_default", ipc.getMqMsgDefault());
        }
        if (ipc.hasMqMsgsizeDefault()) {
            put(settings, "fs/mqueue/msgsize_default", ipc.getMqMsgsizeDefault());
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String name, int value) {
        settings.put(name, Integer.toUnsignedString(value));
    }

    /** One that is as it shall be is left alone: not all can be written everywhere. */
    private static void set(String name, String value) throws IOException {
        if (KernelSettings.read(name).equals(value)) {
            return;
        }
        try {
            KernelSettings.write(name, value);
        } catch (IOException e) {
            throw new RestoreException(
                    "cannot set " + name.replace('/', '.') + " of the tree's namespace to " + value + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
