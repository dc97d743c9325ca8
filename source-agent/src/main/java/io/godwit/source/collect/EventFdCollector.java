package io.godwit.source.collect;

import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import java.io.IOException;

/** eventfd(2): the counter. */
final class EventFdCollector implements FileCollector {
    /** EFD_SEMAPHORE is no open flag, so its bit is free in the image's flags, where access modes mean nothing. */
    private static final int SEMAPHORE = 1;

    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("eventfd");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        String count = file.info().value("eventfd-count").orElse("0");
        boolean semaphore = file.info().value("eventfd-semaphore").orElse("0").equals("1");
        entry.setType(FdTypes.EVENTFD)
                .setEfd(EventfdFileEntry.newBuilder()
                        .setId(entry.getId())
                        .setFlags(file.flags() | (semaphore ? SEMAPHORE : 0))
                        .setFown(file.owner())
                        .setCounter(Long.parseUnsignedLong(count, 16)));
    }
}
