package io.godwit.page.protocol;

import java.util.EnumMap;
import java.util.Map;

/** The codecs of one thread, each made when it is first needed. */
public final class Codecs implements AutoCloseable {
    private final Map<Encoding, Codec> made = new EnumMap<>(Encoding.class);

    /** The codec of an encoding that is not plain. */
    public Codec of(Encoding encoding) {
        return made.computeIfAbsent(encoding, Encoding::codec);
    }

    @Override
    public void close() {
        made.values().forEach(Codec::close);
        made.clear();
    }
}
