package io.godwit.page.criu.wire;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.ProtocolException;

/** PARENT: is answered by a 32-bit number, 1 if the parent snapshot has the object, else 0. */
public record AskParent(PagemapId object) implements Message {
    static AskParent decode(Header header) throws ProtocolException {
        return new AskParent(ObjectId.decode(header.dstId()));
    }

    @Override
    public Header header() {
        return Header.of(Command.PARENT, 0, 0, 0, ObjectId.encode(object));
    }
}
