package io.godwit.image.show;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.tree.FileImages;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What people call the files of a tree. */
final class FileNames {
    private final Map<Integer, FileEntry> files = new HashMap<>();
    private final Map<Integer, String> memfds = new HashMap<>();

    private FileNames() {}

    static FileNames of(Images images) throws IOException {
        FileNames names = new FileNames();
        for (FileEntry file : FileImages.files(images)) {
            names.files.put(file.getId(), file);
        }
        for (MemfdInodeEntry memfd : ImageReader.allOf(images, ImageKind.MEMFD_INODE, MemfdInodeEntry.parser())) {
            names.memfds.put((int) memfd.getInodeId(), memfd.getName());
        }
        return names;
    }

    /** The name of a file by its id: a path where there is one. */
    String name(int id) {
        FileEntry file = files.get(id);
        if (file == null) {
            return "(no file has the id " + Integer.toUnsignedLong(id) + ")";
        }
        return switch (file.getType()) {
            case REG -> file.getReg().getName();
            case PIPE -> "pipe[" + Integer.toUnsignedLong(file.getPipe().getPipeId()) + "]";
            case FIFO -> fifo(file);
            case INETSK -> socket(file.getIsk());
            case UNIXSK ->
                "unix[" + Integer.toUnsignedLong(file.getUsk().getIno()) + " -> "
                        + Integer.toUnsignedLong(file.getUsk().getPeer()) + "] "
                        + SocketAddresses.unixName(file.getUsk().getName().toByteArray());
            case EVENTPOLL -> "eventpoll[" + numbers(file) + "]";
            case MEMFD -> "memfd:" + memfds.getOrDefault(file.getMemfd().getInodeId(), "");
            case PIDFD -> "pidfd[" + file.getPidfd().getNspid() + "]";
            case TTY -> "tty[" + Integer.toUnsignedLong(file.getTty().getTtyInfoId()) + "]";
            case NETLINKSK -> "netlink[" + file.getNlsk().getProtocol() + "]";
            default -> type(file) + "[" + Integer.toUnsignedLong(id) + "]";
        };
    }

    /** The type of a file in one word. */
    String type(int id) {
        FileEntry file = files.get(id);
        return file == null ? "?" : type(file);
    }

    private static String type(FileEntry file) {
        return file.getType().name().toLowerCase(Locale.ROOT);
    }

    private String fifo(FileEntry file) {
        FileEntry path = files.get(file.getFifo().getRegfId());
        return path == null
                ? "fifo[" + Integer.toUnsignedLong(file.getFifo().getPipeId()) + "]"
                : path.getReg().getName();
    }

    private static String numbers(FileEntry epoll) {
        List<String> watched = epoll.getEpfd().getTfdList().stream()
                .map(entry -> Integer.toUnsignedString(entry.getTfd()))
                .toList();
        return String.join(" ", watched);
    }

    private static String socket(InetSkEntry socket) {
        String protocol = FlagNames.name("proto", socket.getProto()).toLowerCase(Locale.ROOT);
        String text = protocol + " " + address(socket.getSrcAddrList(), socket.getSrcPort());
        if (socket.getDstPort() != 0) {
            text += " -> " + address(socket.getDstAddrList(), socket.getDstPort());
        }
        return text + " " + FlagNames.name("state", socket.getState()).toLowerCase(Locale.ROOT);
    }

    private static String address(List<Integer> words, int port) {
        String host = SocketAddresses.text(words);
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
