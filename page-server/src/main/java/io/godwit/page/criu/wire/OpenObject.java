package io.godwit.page.criu.wire;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.ProtocolException;

/**
 * OPEN2, or the older OPEN: an object begins, and the one before ends.
 *
 * @param answered OPEN2 is answered by a byte, 1 if the parent snapshot has the object, else 0
 */
public record OpenObject(PagemapId object, boolean answered) implements Message {
    static OpenObject decode(Header header) throws ProtocolException {
        boolean answered = header.command() == Command.OPEN2.number();
        return new OpenObject(ObjectId.decode(header.dstId()), answered);
    }

    @Override
    public Header header() {
        return Header.of(answered ? Command.OPEN2 : Command.OPEN, 0, 0, 0, ObjectId.encode(object));
    }
}
