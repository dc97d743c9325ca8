package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.EventpollTfdEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Adds what epoll descriptors watch. An epoll set remembers descriptor numbers, so a task that has these numbers must do it: the
 * first one, in the order of the tree, whose table has all of them.
 */
final class EpollPlanner {
    private static final int EVENT_BYTES = 12;

    private final Snapshot snapshot;
    private final Map<Integer, Owner> owners = new TreeMap<>();

    private record Owner(int pid, int number) {}

    EpollPlanner(Snapshot snapshot) throws RestoreException {
        this.snapshot = snapshot;
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasEpfd() && file.getEpfd().getTfdCount() > 0) {
                assign(file.getEpfd());
            }
        }
    }

    void plan(TaskSnapshot task, ProgramSequence sequence) {
        owners.forEach((fileId, owner) -> {
            if (owner.pid() == task.pid()) {
                for (EventpollTfdEntry entry :
                        snapshot.files().get(fileId).getEpfd().getTfdList()) {
                    add(task, owner.number(), entry, sequence.assembler());
                }
            }
        });
    }

    private void add(TaskSnapshot task, int number, EventpollTfdEntry entry, Assembler a) {
        a.label("watch fd " + entry.getTfd() + " by epoll fd " + number + " of " + task);
        ByteBuffer event = ByteBuffer.allocate(EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(entry.getEvents()).putLong(entry.getData());
        DataSlot slot = a.data(event.array());
        a.call(Syscall.EPOLL_CTL, imm(number), imm(Abi.EPOLL_CTL_ADD), imm(entry.getTfd()), slot.address());
    }

    private void assign(EventpollFileEntry epoll) throws RestoreException {
        Set<Integer> watched =
                epoll.getTfdList().stream().map(EventpollTfdEntry::getTfd).collect(Collectors.toSet());
        boolean held = false;
        for (TaskSnapshot task : snapshot.tasks()) {
            Set<Integer> numbers = new HashSet<>();
            int own = -1;
            for (FdinfoEntry descriptor : task.descriptors()) {
                numbers.add(descriptor.getFd());
                if (descriptor.getId() == epoll.getId() && own < 0) {
                    own = descriptor.getFd();
                }
            }
            held |= own >= 0;
            if (own >= 0 && numbers.containsAll(watched)) {
                owners.put(epoll.getId(), new Owner(task.pid(), own));
                return;
            }
        }
        if (held) {
            throw new RestoreException("epoll file " + epoll.getId() + " watches descriptors " + watched
                    + ", but no task that holds it has all of these numbers open; such a set can not be rebuilt");
        }
    }
}
