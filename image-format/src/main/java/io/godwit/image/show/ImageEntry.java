package io.godwit.image.show;

import com.google.protobuf.Message;
import java.util.List;

/**
 * One entry of an image.
 *
 * @param payloads the raw bytes after the message, if the kind has any
 */
public record ImageEntry(Message message, List<Payload> payloads) {
    /**
     * Raw bytes.
     *
     * @param name which they are, where an entry has several
     */
    public record Payload(String name, byte[] bytes) {}
}
