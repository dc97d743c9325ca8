package io.godwit.target.restore;

import io.godwit.linux.Fd;
import java.io.IOException;

/** Binds sockets, and says what is wrong with an address that can not be bound. */
interface AddressBinder {
    void bind(Fd socket, InetAddressBytes local) throws IOException;
}
