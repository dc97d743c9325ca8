package io.godwit.source.collect;

import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.EventpollTfdEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.Scanner;

/** epoll(7): the descriptors it watches, each checked to be still the file that was added. */
final class EventPollCollector implements FileCollector {
    private static final int KCMP_EPOLL_TFD = 7;
    private static final int SLOT_BYTES = 12;

    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("eventpoll");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        EventpollFileEntry.Builder epoll = EventpollFileEntry.newBuilder()
                .setId(entry.getId())
                .setFlags(file.flags())
                .setFown(file.owner());
        for (String line : file.info().startingWith("tfd:")) {
            epoll.addTfd(watched(line, entry.getId(), file));
        }
        entry.setType(FdTypes.EVENTPOLL).setEpfd(epoll);
    }

    private static EventpollTfdEntry watched(String line, int id, OpenFile file) throws IOException {
        EventpollTfdEntry.Builder tfd = EventpollTfdEntry.newBuilder().setId(id);
        try (Scanner words = new Scanner(line).useDelimiter("[\\s:]+")) {
            while (words.hasNext()) {
                String name = words.next();
                String value = words.next();
                switch (name) {
                    case "tfd" -> tfd.setTfd(Integer.parseInt(value));
                    case "events" -> tfd.setEvents(Integer.parseUnsignedInt(value, 16));
                    case "data" -> tfd.setData(Long.parseUnsignedLong(value, 16));
                    case "pos" -> tfd.setPos(Long.parseLong(value));
                    case "ino" -> tfd.setInode(Long.parseUnsignedLong(value, 16));
                    case "sdev" -> tfd.setDev((int) Long.parseUnsignedLong(value, 16));
                    default -> {}
                }
            }
        }
        requireSame(file, tfd.getTfd());
        return tfd.build();
    }

    private static void requireSame(OpenFile file, int watched) throws IOException {
        NativeMemory slot = NativeMemory.allocate(SLOT_BYTES);
        slot.buffer().putInt(0, file.fd());
        slot.buffer().putInt(4, watched);
        int pid = file.pid();
        long order = slot.during(Kernel.syscall(Syscall.KCMP, pid, pid, KCMP_EPOLL_TFD, watched, slot.address()));
        if (order != 0 && order != -Errno.EOPNOTSUPP.value()) {
            throw new CannotMoveException(
                    file.describe(),
                    "it watches a file under the number " + watched + ", which now is another file or none",
                    "the program must remove descriptors from epoll before it closes them");
        }
    }
}
