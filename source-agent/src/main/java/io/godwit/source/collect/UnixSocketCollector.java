package io.godwit.source.collect;

import com.google.protobuf.ByteString;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FilePermsEntry;
import io.godwit.image.proto.SkOptsEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.SkShutdown;
import io.godwit.image.proto.UnixSkEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.UnixDiagnostics;
import io.godwit.linux.net.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Unix sockets: pairs and connections of which both ends are in the tree, and listening ones. */
final class UnixSocketCollector implements FileCollector {
    /** Of uflags: it belongs to a process outside of the tree. */
    private static final int EXTERNAL = 1;

    /** Of uflags: by it the tree asked for the dump, and it gets the answer when it is restored. */
    private static final int OF_SERVER = 2;

    private final boolean contents;
    private final Set<String> external;
    private final OptionalInt network;
    private final Map<Integer, UnixSocket> collected = new LinkedHashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    /** The places of connections in the queues in which they wait to be accepted, by the inodes of the sockets that made them. */
    private final Map<Integer, Integer> inFlight = new HashMap<>();

    private final List<Entry> queues = new ArrayList<>();
    private Map<Integer, UnixSocket> known;

    /**
     * A collector.
     *
     * @param contents the tree stands still, so the data in the sockets is to be read
     * @param external as {@link io.godwit.source.options.FileOptions} has it
     */
    UnixSocketCollector(boolean contents, Set<String> external, OptionalInt network) {
        this.network = network;
        this.contents = contents;
        this.external = external;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return SocketOptions.isOf(file, Sockets.AF_UNIX);
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        UnixSocket socket = inFlight(find(file), file);
        collected.put(socket.inode(), socket);
        names.put(socket.inode(), file.describe());
        UnixSkEntry.Builder unix = UnixSkEntry.newBuilder()
                .setId(entry.getId())
                .setIno(socket.inode())
                .setType(socket.type())
                .setState(socket.state())
                .setFlags(file.flags())
                .setUflags(ofServer(socket) ? OF_SERVER : 0)
                .setBacklog(socket.state() == UnixSocket.LISTENING ? socket.backlog() : 0)
                .setPeer(socket.peer())
                .setFown(file.owner())
                .setOpts(SocketOptions.read(file))
                .setName(ByteString.copyFrom(socket.name()));
        if (socket.shutdown() != 0) {
            unix.setShutdown(SkShutdown.forNumber(socket.shutdown()));
        }
        permissions(socket, unix);
        if (!contents) {
            entry.setType(FdTypes.UNIXSK).setUsk(unix);
            return;
        }
        if (socket.state() != UnixSocket.LISTENING) {
            for (byte[] packet : SocketQueue.peek(file)) {
                SkPacketEntry message = SkPacketEntry.newBuilder()
                        .setIdFor(entry.getId())
                        .setLength(packet.length)
                        .build();
                queues.add(new Entry(message, packet));
            }
        }
        entry.setType(FdTypes.UNIXSK).setUsk(unix);
    }

    /**
     * A connection that waits to be accepted has no other end that could be asked yet. Its peer in the images is the listening
     * socket, to which the restore connects it again.
     */
    private UnixSocket inFlight(UnixSocket socket, OpenFile file) throws IOException {
        if (socket.state() != UnixSocket.ESTABLISHED || socket.peer() != 0) {
            return socket;
        }
        for (UnixSocket listener : known.values()) {
            int place = listener.pending().indexOf(socket.inode());
            if (place >= 0) {
                if (Descriptors.ioctlNumber(file.duplicate(), Sockets.SIOCOUTQ, file.describe()) != 0) {
                    throw new CannotMoveException(
                            file.describe(),
                            "its connection waits to be accepted and holds data, which can not be read before",
                            "try again a moment later");
                }
                inFlight.put(socket.inode(), place);
                return socket.connectedTo(listener.inode());
            }
        }
        return socket;
    }

    /** What waits to be accepted on the tree's sockets and can not be moved, since it comes from outside or is closed already. */
    List<CannotMoveException> waiting() {
        List<CannotMoveException> findings = new ArrayList<>();
        for (UnixSocket socket : collected.values()) {
            long lost = socket.pending().stream()
                    .filter(inode -> !collected.containsKey(inode))
                    .count();
            if (lost > 0) {
                findings.add(InFlight.finding(names.get(socket.inode()), lost));
            }
        }
        return findings;
    }

    /** Puts the connections that wait to be accepted into the order in which they will be; all else keeps its place. */
    void arrange(List<FileEntry> entries) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).hasUsk()
                    && inFlight.containsKey(entries.get(i).getUsk().getIno())) {
                places.add(i);
            }
        }
        List<FileEntry> inOrder = places.stream()
                .map(entries::get)
                .sorted(Comparator.comparing(
                        entry -> inFlight.get(entry.getUsk().getIno())))
                .toList();
        for (int i = 0; i < places.size(); i++) {
            entries.set(places.get(i), inOrder.get(i));
        }
    }

    /** The sockets whose other end no process of the tree holds, in words, by their inodes. */
    List<OutsidePeer> outsidePeers() {
        return collected.values().stream()
                .filter(socket -> socket.peer() != 0 && !ofServer(socket) && !collected.containsKey(socket.peer()))
                .map(socket -> new OutsidePeer(names.get(socket.inode()), socket, known.get(socket.peer())))
                .toList();
    }

    private boolean ofServer(UnixSocket socket) {
        return external.contains("server[" + Integer.toUnsignedString(socket.peer()) + "]");
    }

    /** Entries, yet without ids, of datagram sockets outside of the tree by whose names the tree's can be connected again. */
    List<FileEntry.Builder> namedPeers() {
        Map<Integer, FileEntry.Builder> entries = new LinkedHashMap<>();
        for (OutsidePeer connection : outsidePeers()) {
            UnixSocket peer = connection.peer();
            if (peer != null && peer.type() == Sockets.SOCK_DGRAM && peer.name().length != 0) {
                UnixSkEntry.Builder unix = UnixSkEntry.newBuilder()
                        .setIno(peer.inode())
                        .setType(peer.type())
                        .setState(peer.state())
                        .setFlags(0)
                        .setUflags(EXTERNAL)
                        .setBacklog(0)
                        .setPeer(0)
                        .setFown(RegularFileCollector.nobody())
                        .setOpts(SkOptsEntry.newBuilder()
                                .setSoSndbuf(0)
                                .setSoRcvbuf(0)
                                .setSoSndTmoSec(0)
                                .setSoSndTmoUsec(0)
                                .setSoRcvTmoSec(0)
                                .setSoRcvTmoUsec(0))
                        .setName(ByteString.copyFrom(peer.name()));
                entries.put(
                        peer.inode(),
                        FileEntry.newBuilder().setType(FdTypes.UNIXSK).setUsk(unix.buildPartial()));
            }
        }
        return List.copyOf(entries.values());
    }

    /**
     * A connection out of the tree.
     *
     * @param subject the tree's end in words
     * @param peer the other end, null if it is gone
     */
    record OutsidePeer(String subject, UnixSocket socket, UnixSocket peer) {}

    /** Entries of the sk-queues image. */
    List<Entry> queues() {
        return queues;
    }

    private UnixSocket find(OpenFile file) throws IOException {
        int inode = (int) file.status().inode();
        if (known == null || !known.containsKey(inode)) {
            known = network.isEmpty()
                    ? UnixDiagnostics.list()
                    : NamespaceThread.in(network.getAsInt(), EnumSet.of(NamespaceKind.NET), UnixDiagnostics::list);
        }
        UnixSocket socket = known.get(inode);
        if (socket == null) {
            int type = SocketOptions.option(file.duplicate(), SocketOptions.SO_TYPE);
            return new UnixSocket(inode, type, UnixSocket.CLOSED, new byte[0], 0, 0, 0, 0, List.of());
        }
        return socket;
    }

    private static void permissions(UnixSocket socket, UnixSkEntry.Builder unix) throws IOException {
        if (socket.name().length == 0 || socket.name()[0] == 0) {
            return;
        }
        String path = pathOf(socket.name());
        if (!path.startsWith("/")) {
            throw new CannotMoveException(
                    "unix socket " + path, "it is bound to a relative path", "bind it to an absolute path");
        }
        try {
            FileStatus status = Descriptors.status(path);
            unix.setFilePerms(FilePermsEntry.newBuilder()
                    .setMode(status.mode())
                    .setUid(status.uid())
                    .setGid(status.gid()));
        } catch (IOException gone) {
            unix.setDeleted(true);
        }
    }

    private static String pathOf(byte[] name) {
        int length = name.length;
        while (length > 0 && name[length - 1] == 0) {
            length--;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }
}
