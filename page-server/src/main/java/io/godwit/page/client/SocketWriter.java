package io.godwit.page.client;

import java.io.IOException;

/**
 * Writes to a connection's socket beside its event loop, by a descriptor of its own: that of the event loop may be closed at any time,
 * and its number may then be that of something else. Used by one thread.
 */
public interface SocketWriter extends AutoCloseable {
    /** Leaves all to the event loop. */
    SocketWriter NONE = new SocketWriter() {
        @Override
        public int write(long address, int bytes) {
            return 0;
        }

        @Override
        public void close() {}
    };

    /** Makes writers. */
    interface Maker {
        /** @param descriptor that of a socket, of which the writer makes a duplicate */
        SocketWriter of(int descriptor) throws IOException;
    }

    /**
     * Writes what the socket takes without waiting.
     *
     * @param address where the bytes are in this process
     * @return how many bytes it took; 0 also if the connection has failed, which the event loop finds out by itself
     */
    int write(long address, int bytes);

    @Override
    void close();
}
