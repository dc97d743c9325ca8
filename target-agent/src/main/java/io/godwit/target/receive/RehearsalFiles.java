package io.godwit.target.receive;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.EventpollTfdEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.SignalfdEntry;
import io.godwit.image.proto.TimerfdEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The file objects of the made-up tree, and the descriptors that all of its processes have. */
final class RehearsalFiles {
    static final int ROOT = 6;
    static final int EXECUTABLE = 7;

    private static final int PIPE_ID = 77;
    private static final int NULL = 1;
    private static final int READER = 2;
    private static final int WRITER = 3;
    private static final int EVENT = 4;
    private static final int EPOLL = 5;
    private static final int TIMER = 8;
    private static final int SIGNALS = 9;
    private static final int O_RDWR = 2;
    private static final int O_WRONLY = 1;
    private static final int O_DIRECTORY = 0200000;
    private static final int CLOCK_MONOTONIC = 1;
    static final FownEntry NOBODY = FownEntry.newBuilder()
            .setUid(0)
            .setEuid(0)
            .setSignum(0)
            .setPidType(0)
            .setPid(0)
            .build();

    private RehearsalFiles() {}

    static List<FdinfoEntry> descriptors() {
        return List.of(
                descriptor(0, NULL, FdTypes.REG),
                descriptor(1, READER, FdTypes.PIPE),
                descriptor(2, WRITER, FdTypes.PIPE),
                descriptor(3, EVENT, FdTypes.EVENTFD),
                descriptor(4, EPOLL, FdTypes.EVENTPOLL),
                descriptor(5, TIMER, FdTypes.TIMERFD),
                descriptor(6, SIGNALS, FdTypes.SIGNALFD),
                descriptor(20, RehearsalSockets.PAIR, FdTypes.UNIXSK),
                descriptor(21, RehearsalSockets.OTHER, FdTypes.UNIXSK),
                descriptor(9, NULL, FdTypes.REG),
                descriptor(22, RehearsalSockets.UNIX_LISTENER, FdTypes.UNIXSK),
                descriptor(23, RehearsalSockets.TCP_LISTENER, FdTypes.INETSK),
                descriptor(24, RehearsalSockets.UDP, FdTypes.INETSK));
    }

    private static FdinfoEntry descriptor(int number, int id, FdTypes type) {
        return FdinfoEntry.newBuilder()
                .setFd(number)
                .setId(id)
                .setType(type)
                .setFlags(0)
                .build();
    }

    static List<FileEntry> files() {
        return List.of(
                regular(NULL, "/dev/null", O_RDWR),
                pipe(READER, 0),
                pipe(WRITER, O_WRONLY),
                FileEntry.newBuilder()
                        .setId(EVENT)
                        .setType(FdTypes.EVENTFD)
                        .setEfd(EventfdFileEntry.newBuilder()
                                .setId(EVENT)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .setCounter(RehearsalImages.COUNTER))
                        .build(),
                FileEntry.newBuilder()
                        .setId(EPOLL)
                        .setType(FdTypes.EVENTPOLL)
                        .setEpfd(EventpollFileEntry.newBuilder()
                                .setId(EPOLL)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .addTfd(EventpollTfdEntry.newBuilder()
                                        .setId(EPOLL)
                                        .setTfd(3)
                                        .setEvents(1)
                                        .setData(3)))
                        .build(),
                FileEntry.newBuilder()
                        .setId(TIMER)
                        .setType(FdTypes.TIMERFD)
                        .setTfd(TimerfdEntry.newBuilder()
                                .setId(TIMER)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .setClockid(CLOCK_MONOTONIC)
                                .setTicks(0)
                                .setSettimeFlags(0)
                                .setVsec(0)
                                .setVnsec(0)
                                .setIsec(0)
                                .setInsec(0))
                        .build(),
                FileEntry.newBuilder()
                        .setId(SIGNALS)
                        .setType(FdTypes.SIGNALFD)
                        .setSgfd(SignalfdEntry.newBuilder()
                                .setId(SIGNALS)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .setSigmask(1))
                        .build(),
                regular(ROOT, "/", O_DIRECTORY),
                regular(EXECUTABLE, RehearsalProcess.executable(), 0));
    }

    private static FileEntry regular(int id, String path, int flags) {
        return FileEntry.newBuilder()
                .setId(id)
                .setType(FdTypes.REG)
                .setReg(RegFileEntry.newBuilder()
                        .setId(id)
                        .setFlags(flags)
                        .setPos(0)
                        .setFown(NOBODY)
                        .setName(path))
                .build();
    }

    private static FileEntry pipe(int id, int flags) {
        return FileEntry.newBuilder()
                .setId(id)
                .setType(FdTypes.PIPE)
                .setPipe(PipeEntry.newBuilder()
                        .setId(id)
                        .setPipeId(PIPE_ID)
                        .setFlags(flags)
                        .setFown(NOBODY))
                .build();
    }

    static byte[] pipeData() {
        byte[] content = RehearsalImages.PIPE_CONTENT.getBytes(StandardCharsets.US_ASCII);
        PipeDataEntry entry = PipeDataEntry.newBuilder()
                .setPipeId(PIPE_ID)
                .setBytes(content.length)
                .setSize(1 << 16)
                .build();
        return ImageEncoder.encodeEntries(ImageKind.PIPES_DATA, List.of(new ImageEncoder.Entry(entry, content)));
    }
}
