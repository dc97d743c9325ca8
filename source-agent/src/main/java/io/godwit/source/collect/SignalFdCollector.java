package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.SignalfdEntry;
import java.io.IOException;

/** signalfd(2): the mask. */
final class SignalFdCollector implements FileCollector {
    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("signalfd");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        String mask = file.info().value("sigmask").orElse("0");
        entry.setType(FdTypes.SIGNALFD)
                .setSgfd(SignalfdEntry.newBuilder()
                        .setId(entry.getId())
                        .setFlags(file.flags())
                        .setFown(file.owner())
                        .setSigmask(Long.parseUnsignedLong(mask, 16)));
    }
}
