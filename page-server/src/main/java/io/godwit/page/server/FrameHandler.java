package io.godwit.page.server;

import io.godwit.page.protocol.Frame;

/** Acts on what comes by one connection. All calls come from the connection's own thread. */
interface FrameHandler {
    /** Acts on a frame and releases it; false if nothing more is to be done here. */
    boolean handle(Frame frame);

    /** What came can not be read, nor anything after it. */
    void broken(String reason);

    /** The connection is gone. */
    void ended(String reason);
}
