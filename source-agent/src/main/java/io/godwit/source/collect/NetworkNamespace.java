package io.godwit.source.collect;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.NdType;
import io.godwit.image.proto.NetDeviceEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.net.Loopback;
import io.godwit.linux.net.NetworkContents;
import io.godwit.linux.net.NetworkSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tree's own network namespace, which can be moved if there is nothing in it but {@code lo}. */
final class NetworkNamespace {
    private static final String SUBJECT = "the tree's network namespace";
    private static final int ETHERNET_ADDRESS_BYTES = 6;

    private NetworkNamespace() {}

    /** What else is in the network namespace of a process. */
    static List<CannotMoveException> obstacles(int pid) throws IOException {
        List<CannotMoveException> obstacles = new ArrayList<>();
        for (String content :
                NamespaceThread.in(pid, EnumSet.of(NamespaceKind.NET), NetworkContents::besidesLoopback)) {
            obstacles.add(new CannotMoveException(
                    SUBJECT,
                    "it has " + content + ", which can not be moved yet",
                    "give --empty-ns net at the dump and the restore to leave out all that is in it"));
        }
        Map<String, String> settings = NamespaceThread.in(pid, EnumSet.of(NamespaceKind.NET), NetworkSettings::read);
        Map<String, String> changed = new TreeMap<>(settings);
        changed.entrySet().removeAll(NetworkSettings.ofANewNamespace().entrySet());
        changed.forEach((name, value) -> obstacles.add(new CannotMoveException(
                SUBJECT,
                "its setting " + name.replace('/', '.') + " is " + value.replace('\n', ' ')
                        + ", which can not be moved yet",
                "give it the value of a new namespace again, or give --empty-ns net at the dump and the restore")));
        return obstacles;
    }

    /** The image of its only device. */
    static NetDeviceEntry loopback(int pid) throws IOException {
        return NamespaceThread.in(
                pid,
                EnumSet.of(NamespaceKind.NET),
                () -> NetDeviceEntry.newBuilder()
                        .setType(NdType.LOOPBACK)
                        .setIfindex(1)
                        .setMtu(Loopback.mtu())
                        .setFlags(Loopback.flags())
                        .setName(Loopback.NAME)
                        .setAddress(ByteString.copyFrom(new byte[ETHERNET_ADDRESS_BYTES]))
                        .build());
    }
}
